/*
 * Threads that wait for work. A kernel hands out work every few microseconds, which is less than it takes to wake a thread, so a worker
 * watches for the next piece for a while before it sleeps; it does sleep, since the machine may have other things to do. Where they keep
 * a worker from its core, the caller does that worker's part as well when its own is done: who does a part changes no result.
 */
#include "kernels.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#if defined(__x86_64__) || defined(__i386__)
#include <xmmintrin.h>
static inline void relax(void) { _mm_pause(); }
#elif defined(__aarch64__)
static inline void relax(void) { __asm__ volatile("yield"); }
#else
static inline void relax(void) {}
#endif

enum { CACHE_LINE = 64, MOST_THREADS = 256, SPIN_NANOSECONDS = 60000, LOOKS_PER_CLOCK = 32 };

typedef struct {
  _Alignas(CACHE_LINE) atomic_uint taken; /* the last turn whose part somebody has taken: this worker or, if it comes too late, the caller */
  atomic_uint done;                       /* the last turn that this worker has taken and finished */
  pthread_t thread;
  int part;
} Worker;

static struct {
  _Alignas(CACHE_LINE) atomic_uint turn; /* counts the pieces of work handed out */
  bp_task task;
  void *context;
  int parts;
  atomic_int stopping;
  _Alignas(CACHE_LINE) atomic_int asleep; /* somebody sleeps whom nobody has woken yet */
  atomic_int caller_sleeps;
  pthread_mutex_t lock;
  pthread_cond_t wake, finished;
  _Alignas(CACHE_LINE) atomic_flag busy;
  pthread_mutex_t users_lock;
  int users;
  Worker *workers;
} pool = {.parts = 1,
          .lock = PTHREAD_MUTEX_INITIALIZER,
          .wake = PTHREAD_COND_INITIALIZER,
          .finished = PTHREAD_COND_INITIALIZER,
          .busy = ATOMIC_FLAG_INIT,
          .users_lock = PTHREAD_MUTEX_INITIALIZER};

static long nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

/* Watches until *value is (equal != 0) or is no longer (equal == 0) `mark`, for a while; whether that came. */
static int watch(atomic_uint *value, unsigned mark, int equal) {
  const long start = nanoseconds();
  do {
    for (int i = 0; i < LOOKS_PER_CLOCK; i++) {
      if ((atomic_load_explicit(value, memory_order_acquire) == mark) == (equal != 0)) return 1;
      relax();
    }
  } while (nanoseconds() - start < SPIN_NANOSECONDS);
  return 0;
}

static void await_turn(unsigned seen) {
  if (watch(&pool.turn, seen, 0)) return;
  pthread_mutex_lock(&pool.lock);
  for (;;) {
    atomic_store(&pool.asleep, 1);
    if (atomic_load(&pool.turn) != seen) break;
    pthread_cond_wait(&pool.wake, &pool.lock);
  }
  pthread_mutex_unlock(&pool.lock);
}

/* Takes the part of a worker in a turn: true for one of those who try. The caller ends no turn with a part that is not done. */
static int take(Worker *worker, unsigned turn) {
  unsigned before = turn - 1;
  return atomic_compare_exchange_strong(&worker->taken, &before, turn);
}

static void *work(void *argument) {
  Worker *self = argument;
  unsigned seen = 0;
  bp_flush_denormals();
  for (;;) {
    await_turn(seen);
    seen = atomic_load(&pool.turn);
    if (atomic_load(&pool.stopping)) return NULL;
    if (!take(self, seen)) continue;
    pool.task(pool.context, self->part, pool.parts);
    atomic_store(&self->done, seen);
    if (atomic_load(&pool.caller_sleeps)) {
      pthread_mutex_lock(&pool.lock);
      pthread_cond_signal(&pool.finished);
      pthread_mutex_unlock(&pool.lock);
    }
  }
}

static void hand_out(void) {
  atomic_fetch_add(&pool.turn, 1);
  if (atomic_exchange(&pool.asleep, 0) == 0) return;
  pthread_mutex_lock(&pool.lock);
  pthread_cond_broadcast(&pool.wake);
  pthread_mutex_unlock(&pool.lock);
}

/* A worker that has lost its core may take long: the caller then gives way. */
static void await_worker(Worker *worker, unsigned turn) {
  if (watch(&worker->done, turn, 1)) return;
  pthread_mutex_lock(&pool.lock);
  atomic_store(&pool.caller_sleeps, 1);
  while (atomic_load(&worker->done) != turn) pthread_cond_wait(&pool.finished, &pool.lock);
  atomic_store(&pool.caller_sleeps, 0);
  pthread_mutex_unlock(&pool.lock);
}

void bp_parallel(bp_task task, void *context) {
  if (atomic_flag_test_and_set(&pool.busy)) {
    for (int part = 0; part < pool.parts; part++) task(context, part, pool.parts);
    return;
  }
  const int parts = pool.parts;
  pool.task = task;
  pool.context = context;
  if (parts > 1) hand_out();
  task(context, 0, parts);
  const unsigned turn = atomic_load(&pool.turn);
  for (int i = 0; i < parts - 1; i++) {
    Worker *worker = &pool.workers[i];
    if (take(worker, turn)) task(context, worker->part, parts);
    else await_worker(worker, turn);
  }
  atomic_flag_clear(&pool.busy);
}

int bp_threads(void) { return pool.parts; }

/* Threads that cannot be had are done without. */
static void start_workers(int threads) {
  if (threads > MOST_THREADS) threads = MOST_THREADS;
  atomic_store(&pool.turn, 0);
  atomic_store(&pool.stopping, 0);
  pool.workers = threads > 1 ? aligned_alloc(CACHE_LINE, (size_t)(threads - 1) * sizeof(Worker)) : NULL;
  int started = 0;
  while (pool.workers != NULL && started < threads - 1) {
    Worker *worker = &pool.workers[started];
    atomic_init(&worker->taken, 0);
    atomic_init(&worker->done, 0);
    worker->part = started + 1;
    if (pthread_create(&worker->thread, NULL, work, worker) != 0) break;
    started++;
  }
  pool.parts = started + 1;
}

static void stop_workers(void) {
  atomic_store(&pool.stopping, 1);
  if (pool.parts > 1) hand_out();
  for (int i = 0; i < pool.parts - 1; i++) pthread_join(pool.workers[i].thread, NULL);
  free(pool.workers);
  pool.workers = NULL;
  pool.parts = 1;
}

void bp_start(int threads) {
  pthread_mutex_lock(&pool.users_lock);
  if (pool.users++ == 0) start_workers(threads);
  pthread_mutex_unlock(&pool.users_lock);
}

void bp_stop(void) {
  pthread_mutex_lock(&pool.users_lock);
  if (--pool.users == 0) stop_workers();
  pthread_mutex_unlock(&pool.users_lock);
}

#if defined(__x86_64__) || defined(__i386__)
unsigned long bp_flush_denormals(void) {
  const unsigned mode = _mm_getcsr();
  _mm_setcsr(mode | 0x8040u); /* flush to zero, denormals are zero */
  return mode;
}
void bp_restore_mode(unsigned long mode) { _mm_setcsr((unsigned)mode); }
#elif defined(__aarch64__)
unsigned long bp_flush_denormals(void) {
  unsigned long mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | 1ul << 24));
  return mode;
}
void bp_restore_mode(unsigned long mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode)); }
#else
unsigned long bp_flush_denormals(void) { return 0; }
void bp_restore_mode(unsigned long mode) { (void)mode; }
#endif
