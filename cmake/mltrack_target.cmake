# Settings every target of this project shares.
if(PROJECT_IS_TOP_LEVEL)
  find_program(MLTRACK_CCACHE ccache DOC "Compiler cache, used when present")
  if(MLTRACK_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${MLTRACK_CCACHE}")
  endif()
endif()

function(mltrack_target target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                                           $<$<BOOL:${MLTRACK_WERROR}>:-Werror>)
  if(MLTRACK_SANITIZE)
    list(JOIN MLTRACK_SANITIZE "," sanitizers)
    target_compile_options(${target} PRIVATE -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PRIVATE -fsanitize=${sanitizers})
  endif()
endfunction()
