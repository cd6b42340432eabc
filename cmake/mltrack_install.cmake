# Makes `find_package(mltrack)` work for an installed copy.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/mltrack")
install(TARGETS mltrack_track EXPORT mltrack-targets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT devel)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/libtrack/include/mltrack" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        COMPONENT devel)
install(EXPORT mltrack-targets NAMESPACE mltrack:: DESTINATION "${package_dir}" COMPONENT devel)

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/mltrack-config.cmake.in"
                              "${PROJECT_BINARY_DIR}/mltrack-config.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/mltrack-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/mltrack-config.cmake" "${PROJECT_BINARY_DIR}/mltrack-config-version.cmake"
        DESTINATION "${package_dir}" COMPONENT devel)
