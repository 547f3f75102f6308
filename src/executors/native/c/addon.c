/*
 * The module that Node loads: starts the threads, makes aligned memory, loads compiled programs and runs them. Arguments come from
 * load.ts alone, which knows the sizes.
 */
#include "feeds.h"
#include "program.h"

#include <dlfcn.h>
#include <node_api.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, HUGE_PAGE = 2 << 20, MOST_ARGUMENTS = 8 };

typedef struct {
  void *object;
  bp_program_scratch_function scratch;
  bp_program_run_function run;
} Program;

static const bp_kernels kernels = {
    .threads = bp_threads,
    .parallel = bp_parallel,
    .gemm = bp_gemm,
    .gemm_scratch = bp_gemm_scratch,
    .thin_product = bp_thin_product,
    .conv2d = bp_conv2d,
    .conv2d_input_gradient = bp_conv2d_input_gradient,
    .conv2d_filter_gradient = bp_conv2d_filter_gradient,
    .conv_scratch = bp_conv_scratch,
    .max_pool = bp_max_pool,
    .max_pool_gradient = bp_max_pool_gradient,
    .avg_pool = bp_avg_pool,
    .avg_pool_gradient = bp_avg_pool_gradient,
};

static napi_value failed(napi_env env, const char *message) {
  napi_throw_error(env, NULL, message);
  return NULL;
}

static void arguments_of(napi_env env, napi_callback_info info, napi_value *arguments) {
  size_t count = MOST_ARGUMENTS;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
}

static void stop(void *unused) {
  (void)unused;
  bp_stop();
}

/* start(threads): once for each thread of Node that runs programs; the workers end with the last of them. */
static napi_value start(napi_env env, napi_callback_info info) {
  napi_value arguments[MOST_ARGUMENTS];
  arguments_of(env, info, arguments);
  int32_t threads = 1;
  napi_get_value_int32(env, arguments[0], &threads);
  bp_start(threads);
  napi_add_env_cleanup_hook(env, stop, NULL);
  return NULL;
}

static void free_memory(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free(data);
}

/* allocate(bytes): an ArrayBuffer of zeros that begins at a cache line, on huge pages where it is large. */
static napi_value allocate(napi_env env, napi_callback_info info) {
  napi_value arguments[MOST_ARGUMENTS], result;
  arguments_of(env, info, arguments);
  int64_t bytes = 0;
  napi_get_value_int64(env, arguments[0], &bytes);
  const size_t alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : ALIGNMENT;
  const size_t size = ((size_t)bytes + alignment) / alignment * alignment;
  void *data = aligned_alloc(alignment, size);
  if (data == NULL) return failed(env, "out of memory");
#ifdef MADV_HUGEPAGE
  if (bytes >= HUGE_PAGE) madvise(data, size, MADV_HUGEPAGE);
#endif
  memset(data, 0, size);
  if (napi_create_external_arraybuffer(env, data, (size_t)bytes, free_memory, NULL, &result) != napi_ok) {
    free(data);
    return failed(env, "this version of Node takes no memory from outside");
  }
  return result;
}

/* load(path): a program. */
static napi_value load(napi_env env, napi_callback_info info) {
  napi_value arguments[MOST_ARGUMENTS], result;
  arguments_of(env, info, arguments);
  char path[4096];
  napi_get_value_string_utf8(env, arguments[0], path, sizeof path, NULL);
  void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (object == NULL) return failed(env, dlerror());
  Program *program = malloc(sizeof *program);
  program->object = object;
  program->scratch = (bp_program_scratch_function)dlsym(object, "bp_program_scratch");
  program->run = (bp_program_run_function)dlsym(object, "bp_program_run");
  if (program->scratch == NULL || program->run == NULL) return failed(env, "no step program");
  napi_create_external(env, program, NULL, NULL, &result);
  return result;
}

static Program *program_of(napi_env env, napi_value value) {
  void *program = NULL;
  napi_get_value_external(env, value, &program);
  return program;
}

/* scratch(program): bytes. */
static napi_value scratch(napi_env env, napi_callback_info info) {
  napi_value arguments[MOST_ARGUMENTS], result;
  arguments_of(env, info, arguments);
  napi_create_int64(env, (int64_t)(program_of(env, arguments[0])->scratch(&kernels) * sizeof(float)), &result);
  return result;
}

/* unload(program). */
static napi_value unload(napi_env env, napi_callback_info info) {
  napi_value arguments[MOST_ARGUMENTS];
  arguments_of(env, info, arguments);
  Program *program = program_of(env, arguments[0]);
  dlclose(program->object);
  free(program);
  return NULL;
}

/* Where the numbers of each typed array of a list are; to be freed. */
static void **data_of(napi_env env, napi_value list) {
  uint32_t count = 0;
  napi_get_array_length(env, list, &count);
  void **data = calloc(count + 1, sizeof *data);
  for (uint32_t i = 0; i < count; i++) {
    napi_value array;
    napi_get_element(env, list, i, &array);
    napi_get_typedarray_info(env, array, NULL, NULL, &data[i], NULL, NULL);
  }
  return data;
}

/* run(program, steps, state, inputs, info, arena): lists of typed arrays, and an ArrayBuffer. */
static napi_value run(napi_env env, napi_callback_info call) {
  napi_value arguments[MOST_ARGUMENTS];
  arguments_of(env, call, arguments);
  const Program *program = program_of(env, arguments[0]);
  int64_t steps = 0;
  napi_get_value_int64(env, arguments[1], &steps);
  void **state = data_of(env, arguments[2]), **inputs = data_of(env, arguments[3]), **info = data_of(env, arguments[4]);
  void *arena = NULL;
  napi_get_arraybuffer_info(env, arguments[5], &arena, NULL);
  const unsigned long mode = bp_flush_denormals();
  program->run(&kernels, (long)steps, state, (const void *const *)inputs, info, arena);
  bp_restore_mode(mode);
  free(state);
  free(inputs);
  free(info);
  return NULL;
}

static void *data_of_one(napi_env env, napi_value array, size_t *length) {
  void *data = NULL;
  napi_get_typedarray_info(env, array, NULL, length, &data, NULL, NULL);
  return data;
}

/* normals(a, b, step, inside, out, from, end, open): how many places were left open. */
static napi_value normals(napi_env env, napi_callback_info info) {
  napi_value arguments[MOST_ARGUMENTS], result;
  arguments_of(env, info, arguments);
  uint32_t a = 0, b = 0;
  napi_get_value_uint32(env, arguments[0], &a);
  napi_get_value_uint32(env, arguments[1], &b);
  int64_t from = 0, end = 0;
  napi_get_value_int64(env, arguments[5], &from);
  napi_get_value_int64(env, arguments[6], &end);
  const double *step = data_of_one(env, arguments[2], NULL);
  const int32_t *inside = data_of_one(env, arguments[3], NULL);
  float *out = data_of_one(env, arguments[4], NULL);
  int32_t *open = data_of_one(env, arguments[7], NULL);
  napi_create_int64(env, bp_quick_normals(a, b, step, inside, out, (long)from, (long)end, open), &result);
  return result;
}

/* bytes(bytes, rows, width, values, out). */
static napi_value bytes(napi_env env, napi_callback_info info) {
  napi_value arguments[MOST_ARGUMENTS];
  arguments_of(env, info, arguments);
  size_t count = 0;
  int64_t width = 0;
  napi_get_value_int64(env, arguments[2], &width);
  const uint8_t *from = data_of_one(env, arguments[0], NULL);
  const uint32_t *rows = data_of_one(env, arguments[1], &count);
  bp_gather_bytes(from, rows, (long)count, (long)width, data_of_one(env, arguments[3], NULL), data_of_one(env, arguments[4], NULL));
  return NULL;
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback function;
  } functions[] = {{"start", start}, {"allocate", allocate}, {"load", load}, {"scratch", scratch}, {"unload", unload}, {"run", run}, {"normals", normals}, {"bytes", bytes}};
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_value function;
    napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, NULL, &function);
    napi_set_named_property(env, exports, functions[i].name, function);
  }
  return exports;
}
