// What the display path would do with somebody else's FFT: columns per second of FFTW 3 (planned PATIENT) and pffft, f32,
// one real FFT per column, Hann 2048/512, on one thread. Conversion, window, logarithm and codes are those of our own
// path, in C, compiled for this very CPU with every liberty the compiler can take: only the FFT differs, and whatever
// else differs is in the rivals' favour. Prints one JSON document; a rival that is not there is null.
//
// FFTW is opened when the program runs; PFFFT is compiled in when the build found its source.

#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef WITH_PFFFT
#include "pffft.h"
#endif

enum { RATE_HZ = 48000, SECONDS = 30, CHANNELS = 8, SIZE = 2048, HOP = 512, BINS = SIZE / 2 + 1, PASSES = 7 };
enum { FRAMES = RATE_HZ * SECONDS, COLUMNS = (FRAMES - SIZE) / HOP + 1 };
static const unsigned FFTW_PATIENT = 1U << 5;

static double *channels[CHANNELS];
static float window[SIZE], input[SIZE] __attribute__((aligned(64)));
static float spectrum[SIZE + 2] __attribute__((aligned(64))), work[SIZE] __attribute__((aligned(64)));
static uint16_t *codes;

// The straight line over log2 of crates/audiotab-dsp/src/fast_log2.rs, in hundredths of a dB above -300 dBFS.
static float slope, polynomial[5];

static void plan_levels(void) {
  static const double log2_minimax[5] = {-2.51285462, 4.07009079, -2.12067513, 0.64514236, -0.08161581};
  double sum = 0;
  for (int i = 0; i < SIZE; i++) {
    double w = 0.5 - 0.5 * cos(2 * M_PI * i / SIZE);
    window[i] = (float)w;
    sum += w;
  }
  double per_octave = 301.0299956639812, offset = (20 * log10(2 / sum) + 300) * 100;
  for (int i = 0; i < 5; i++) polynomial[i] = (float)(log2_minimax[i] * per_octave);
  polynomial[0] = (float)(log2_minimax[0] * per_octave + offset - 127 * per_octave);
  slope = (float)per_octave;
}

static inline uint16_t code(float power) {
  uint32_t bits;
  memcpy(&bits, &power, 4);
  uint32_t mantissa = (bits & 0x7fffff) | 0x3f800000;
  float m, exponent = (float)(int32_t)(bits >> 23);
  memcpy(&m, &mantissa, 4);
  float square = m * m;
  float value = (exponent * slope + polynomial[0]) +
                (m * polynomial[1] + square * ((polynomial[2] + m * polynomial[3]) + square * polynomial[4]));
  value = value < 1 ? 1 : value > 65535 ? 65535 : value;
  return (uint16_t)(int32_t)(value + 0.5f);
}

static void store_codes(uint16_t *restrict out, float dc, float nyquist) {
  for (int k = 1; k < BINS - 1; k++) {
    float re = spectrum[2 * k], im = spectrum[2 * k + 1];
    out[k] = code(re * re + im * im + 1e-30f);
  }
  out[0] = code(0.25f * dc * dc + 1e-30f);
  out[BINS - 1] = code(0.25f * nyquist * nyquist + 1e-30f);
}

static void load_window(const double *restrict samples) {
  for (int i = 0; i < SIZE; i++) input[i] = (float)samples[i] * window[i];
}

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/// Columns per second: each channel's best of several passes.
static double columns_per_s(void (*column)(const double *, uint16_t *)) {
  double best[CHANNELS], sum = 0;
  for (int pass = 0; pass < PASSES; pass++) {
    for (int c = 0; c < CHANNELS; c++) {
      double start = now_s();
      for (int k = 0; k < COLUMNS; k++) column(channels[c] + (size_t)k * HOP, codes + (size_t)k * BINS);
      double took = now_s() - start;
      if (pass == 0 || took < best[c]) best[c] = took;
    }
  }
  for (int c = 0; c < CHANNELS; c++) sum += best[c];
  return (double)CHANNELS * COLUMNS / sum;
}

static void (*fftw_run)(void *);
static void *fftw_plan;

static void fftw_column(const double *samples, uint16_t *out) {
  load_window(samples);
  fftw_run(fftw_plan);
  store_codes(out, spectrum[0], spectrum[2 * (BINS - 1)]);
}

#ifdef WITH_PFFFT
static PFFFT_Setup *pffft_plan;

static void pffft_column(const double *samples, uint16_t *out) {
  load_window(samples);
  pffft_transform_ordered(pffft_plan, input, spectrum, work, PFFFT_FORWARD);
  // DC and Nyquist share the first complex value.
  store_codes(out, spectrum[0], spectrum[1]);
}
#endif

int main(void) {
  uint64_t state = 1;
  for (int c = 0; c < CHANNELS; c++) {
    channels[c] = malloc(sizeof(double) * FRAMES);
    for (int i = 0; i < FRAMES; i++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      channels[c][i] = (double)(state >> 11) / (double)(1ull << 53) - 0.5;
    }
  }
  codes = malloc(sizeof(uint16_t) * COLUMNS * BINS);
  plan_levels();

  void *library = dlopen("libfftw3f.so.3", RTLD_NOW);
  if (library) {
    void *(*plan)(int, float *, float *, unsigned) = dlsym(library, "fftwf_plan_dft_r2c_1d");
    fftw_run = dlsym(library, "fftwf_execute");
    fftw_plan = plan(SIZE, input, spectrum, FFTW_PATIENT);
    printf("{\"fftw\": \"%s\", ", (const char *)dlsym(library, "fftwf_version"));
    printf("\"fftw_columns_per_s\": %.0f", columns_per_s(fftw_column));
  } else {
    printf("{\"fftw\": null, \"fftw_columns_per_s\": null");
  }
#ifdef WITH_PFFFT
  pffft_plan = pffft_new_setup(SIZE, PFFFT_REAL);
  printf(", \"pffft_simd_lanes\": %d, \"pffft_columns_per_s\": %.0f", pffft_simd_size(), columns_per_s(pffft_column));
#else
  printf(", \"pffft_columns_per_s\": null");
#endif
  // The mean of all levels shows that both sides computed the same thing.
  double sum = 0;
  for (int i = 0; i < COLUMNS * BINS; i++) sum += codes[i];
  printf(", \"mean_code\": %.2f}\n", sum / ((double)COLUMNS * BINS));
  return 0;
}
