/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stands in for libFuzzer where that is not built in: runs an entry point
 * once on each file it is given, so that the corpus is a test with any
 * compiler.
 *
 *	NAME FILE...          each file; - is standard input
 *	NAME --vary FILE...   each file cut short at every length up to 200,
 *	                      and 200 mutations of it, the same at each run
 *	NAME --loop SECONDS EXECUTIONS SEED FINDS FILE...
 *	                      mutations of them for so long (loop.h)
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/loop.h"
#include "tests/lib/random.h"

/* The whole of a file; NULL if it can't be read. Freed by the caller. */
static uint8_t *
read_all(FILE *file, size_t *out_n)
{
	size_t room = 4096, n = 0, got;
	uint8_t *bytes = malloc(room);

	while (bytes && (got = fread(bytes + n, 1, room - n, file)) > 0) {
		n += got;
		if (n == room)
			bytes = realloc(bytes, room *= 2);
	}
	*out_n = n;
	return bytes;
}

/* An exact copy on the heap, so that a sanitizer sees the first byte read
 * behind the end. */
static void
run_exact(const uint8_t *bytes, size_t n)
{
	uint8_t *exact = malloc(n ? n : 1);

	if (!exact)
		abort();
	memcpy(exact, bytes, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
}

/* One small change: a bit, a byte, or a word that is likely to hurt. */
static void
mutate(uint8_t *bytes, size_t n, uint64_t *seed)
{
	static const uint32_t words[] = { 0, 1, 0x7fffffff, 0x80000000,
		0xffffffff, 0x40000000, 0x00010001 };
	uint64_t random = test_random(seed);
	size_t at = (size_t)(random >> 16) % n;

	switch (random % 4) {
	case 0:
		bytes[at] ^= (uint8_t)(1u << ((random >> 8) % 8));
		break;
	case 1:
		bytes[at] = (uint8_t)(random >> 8);
		break;
	default:
		at &= ~(size_t)3;
		for (size_t i = 0; i < 4 && at + i < n; i++)
			bytes[at + i] = (uint8_t)(words[(random >> 8) %
			    (sizeof(words) / sizeof(words[0]))] >> (24 - 8 * i));
	}
}

static void
run_varied(const uint8_t *bytes, size_t n)
{
	uint8_t *changed = malloc(n ? n : 1);
	uint64_t seed = n;

	if (!changed)
		abort();
	for (size_t i = 0; i < n && i < 200; i++)
		run_exact(bytes, i);
	for (int i = 0; n > 0 && i < 200; i++) {
		/* Every fourth starts afresh, the others pile up. */
		if (i % 4 == 0)
			memcpy(changed, bytes, n);
		mutate(changed, n, &seed);
		run_exact(changed, n);
	}
	free(changed);
}

/* --loop SECONDS EXECUTIONS SEED FINDS FILE... */
static int
run_loop(int argc, char **argv)
{
	struct loop_file *files = calloc((size_t)argc, sizeof(*files));
	struct loop loop = {
		.files = files,
		.seconds = (unsigned)strtoul(argv[2], NULL, 10),
		.executions = strtoull(argv[3], NULL, 10),
		.seed = strtoull(argv[4], NULL, 10),
		.finds = argv[5],
	};
	int result;

	if (!files)
		abort();
	for (int i = 6; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		struct loop_file *f = &files[loop.n_files++];

		f->bytes = file ? read_all(file, &f->n) : NULL;
		if (!f->bytes) {
			fprintf(stderr, "can't read %s\n", argv[i]);
			return 1;
		}
		fclose(file);
	}
	result = loop_run(&loop);
	while (loop.n_files > 0)
		free(files[--loop.n_files].bytes);
	free(files);
	return result;
}

int
main(int argc, char **argv)
{
	bool vary = argc > 1 && !strcmp(argv[1], "--vary");

	if (argc > 6 && !strcmp(argv[1], "--loop"))
		return run_loop(argc, argv);
	for (int i = vary ? 2 : 1; i < argc; i++) {
		FILE *file = strcmp(argv[i], "-") ? fopen(argv[i], "rb") : stdin;
		uint8_t *bytes;
		size_t n;

		bytes = file ? read_all(file, &n) : NULL;
		if (!bytes) {
			fprintf(stderr, "can't read %s\n", argv[i]);
			return 1;
		}
		/* Named first: after a crash it is the last line. */
		fprintf(stderr, "%s, %zu bytes\n", argv[i], n);
		(vary ? run_varied : run_exact)(bytes, n);
		free(bytes);
		if (file != stdin)
			fclose(file);
	}
	return 0;
}
