/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mutation without libFuzzer: for compilers that have none, and for targets
 * that spend their time in other programs, where coverage is no guide.
 *
 * The executions are a child's, which leaves each input in shared memory
 * before it tries it: when it dies or hangs, that is the find, and a new child
 * goes on behind it.
 */
#include "tests/fuzz/loop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/lib/random.h"

enum {
	MAX_INPUT = 16384,
	PILE = 6,		/* mutations on top of each other */
	HANG_S = 120,		/* without an execution: patient, as the
				   machine may be busy */
	MAX_FINDS = 1000
};

/* What parent and child share. */
struct shared {
	volatile uint64_t n_done;
	volatile uint64_t seed;
	volatile size_t n;
	uint8_t bytes[MAX_INPUT];
};

/* A target may bring its own. */
__attribute__((weak)) size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n,
    size_t max, unsigned seed);
__attribute__((weak)) size_t LLVMFuzzerCustomCrossOver(const uint8_t *one,
    size_t n_one, const uint8_t *two, size_t n_two, uint8_t *out, size_t max,
    unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t max);

static const struct loop_file *
pick(const struct loop *loop, uint64_t *seed)
{
	return &loop->files[(test_random(seed) >> 16) % loop->n_files];
}

/* A byte changed, taken out, or put in. */
size_t
LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t max)
{
	static uint64_t seed;
	uint64_t random = test_random(&seed);
	size_t at = n ? (size_t)(random >> 16) % n : 0;

	if (n > 0 && random % 3 == 0) {
		memmove(bytes + at, bytes + at + 1, n - at - 1);
		return n - 1;
	}
	if (n < max && random % 3 == 1) {
		memmove(bytes + at + 1, bytes + at, n - at);
		n++;
	}
	if (n > 0)
		bytes[at] = (uint8_t)(random >> 8);
	return n;
}

static size_t
mutate(const struct loop *loop, struct shared *s, uint64_t *seed)
{
	const struct loop_file *other = pick(loop, seed);
	unsigned random = (unsigned)(test_random(seed) >> 32);
	uint8_t old[MAX_INPUT];
	size_t n = s->n;

	if (LLVMFuzzerCustomCrossOver && random % 4 == 0) {
		memcpy(old, s->bytes, n);
		return LLVMFuzzerCustomCrossOver(old, n, other->bytes,
		    other->n, s->bytes, MAX_INPUT, random);
	}
	if (LLVMFuzzerCustomMutator)
		return LLVMFuzzerCustomMutator(s->bytes, n, MAX_INPUT,
		    random);
	return LLVMFuzzerMutate(s->bytes, n, MAX_INPUT);
}

static void
child(const struct loop *loop, struct shared *s)
{
	while (!loop->executions || s->n_done < loop->executions) {
		uint64_t seed = s->seed++;

		if (seed % PILE == 0) {
			const struct loop_file *file = pick(loop, &seed);

			s->n = file->n < MAX_INPUT ? file->n : MAX_INPUT;
			memcpy(s->bytes, file->bytes, s->n);
		}
		s->n = mutate(loop, s, &seed);
		LLVMFuzzerTestOneInput(s->bytes, s->n);
		s->n_done++;
	}
}

static void
save(const struct loop *loop, const struct shared *s, unsigned number,
    const char *what)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s%u", loop->finds, number);
	file = fopen(path, "wb");
	if (!file || fwrite(s->bytes, 1, s->n, file) != s->n ||
	    fclose(file) != 0)
		perror(path);
	fprintf(stderr, "%s after %llu executions: %s\n", what,
	    (unsigned long long)s->n_done, path);
}

/* Waits until the child ends, hangs or time is up; NULL: all went well. */
static const char *
watch(const struct shared *s, pid_t pid, time_t end)
{
	uint64_t last = s->n_done;
	time_t moved = time(NULL);

	for (;;) {
		const struct timespec tick = { 0, 20000000 };
		const char *what = NULL;
		int status;

		if (waitpid(pid, &status, WNOHANG) == pid)
			return status == 0 ? NULL : "a find";
		nanosleep(&tick, NULL);
		if (s->n_done != last) {
			last = s->n_done;
			moved = time(NULL);
		}
		if (time(NULL) - moved >= HANG_S)
			what = "a hang";
		else if (time(NULL) < end)
			continue;
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		return what;
	}
}

int
loop_run(const struct loop *loop)
{
	struct shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	time_t end = time(NULL) + loop->seconds;
	unsigned n_finds = 0;

	if (s == MAP_FAILED)
		return 1;
	s->seed = loop->seed;
	while (time(NULL) < end && n_finds < MAX_FINDS) {
		pid_t pid = fork();
		const char *what;

		if (pid < 0)
			return 1;
		if (pid == 0) {
			child(loop, s);
			_exit(0);
		}
		what = watch(s, pid, end);
		if (!what)
			break;
		save(loop, s, n_finds++, what);
		s->n_done++;
		/* A fresh input: this one would be the next find too. */
		s->seed += PILE - s->seed % PILE;
	}
	printf("%llu executions, %u finds\n", (unsigned long long)s->n_done,
	    n_finds);
	munmap(s, sizeof(*s));
	return n_finds > 0;
}
