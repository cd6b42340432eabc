#include "digest/sha256.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace mltrack::sha {

#if defined(__x86_64__)
namespace {

#define MLTRACK_SHA __attribute__((target("sha,sse4.1,ssse3")))

// The instructions keep the eight state words as (A B E F) and (C D G H).
struct Halves {
  __m128i abef;
  __m128i cdgh;
};

MLTRACK_SHA Halves load_state(const std::uint32_t* state) {
  const __m128i dcba = _mm_loadu_si128(reinterpret_cast<const __m128i*>(state));
  const __m128i hgfe = _mm_loadu_si128(reinterpret_cast<const __m128i*>(state + 4));
  const __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1);
  const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1b);
  return {_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xf0)};
}

MLTRACK_SHA void store_state(const Halves& halves, std::uint32_t* state) {
  const __m128i feba = _mm_shuffle_epi32(halves.abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(halves.cdgh, 0xb1);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

MLTRACK_SHA inline void four_rounds(Halves& halves, __m128i words, std::size_t round) {
  const __m128i constants = _mm_loadu_si128(reinterpret_cast<const __m128i*>(round_constants.data() + round));
  const __m128i sum = _mm_add_epi32(words, constants);
  halves.cdgh = _mm_sha256rnds2_epu32(halves.cdgh, halves.abef, sum);
  halves.abef = _mm_sha256rnds2_epu32(halves.abef, halves.cdgh, _mm_shuffle_epi32(sum, 0x0e));
}

// The next four words of the message schedule from the sixteen before them.
MLTRACK_SHA inline __m128i next_words(__m128i w0, __m128i w4, __m128i w8, __m128i w12) {
  const __m128i partial = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w4), _mm_alignr_epi8(w12, w8, 4));
  return _mm_sha256msg2_epu32(partial, w12);
}

MLTRACK_SHA void compress_sha_ni(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  Halves halves = load_state(state);
  for (; count > 0; --count, blocks += 64) {
    const Halves before = halves;
    __m128i w[4];
    for (std::size_t i = 0; i < 4; ++i) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks + 16 * i)), swap);
      four_rounds(halves, w[i], 4 * i);
    }
    for (std::size_t round = 16; round < 64; round += 16) {
      for (std::size_t i = 0; i < 4; ++i) {
        w[i] = next_words(w[i], w[(i + 1) % 4], w[(i + 2) % 4], w[(i + 3) % 4]);
        four_rounds(halves, w[i], round + 4 * i);
      }
    }
    halves = {_mm_add_epi32(halves.abef, before.abef), _mm_add_epi32(halves.cdgh, before.cdgh)};
  }
  store_state(halves, state);
}

bool has_sha_ni() noexcept {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  const bool known = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0;
  return known && (b & bit_SHA) != 0 && __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3");
}

}  // namespace

Compress compress_native() noexcept {
  static const Compress native = has_sha_ni() ? compress_sha_ni : nullptr;
  return native;
}
#else
Compress compress_native() noexcept { return nullptr; }
#endif

}  // namespace mltrack::sha
