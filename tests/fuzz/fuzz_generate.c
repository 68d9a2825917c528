/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * All of idlc on any text, in each dialect, up to the C compiler.
 *
 * What is refused leaves no file and says where; what is accepted compiles
 * without a warning, as C and, the header, as C++: unless the user owes
 * something to the compiler (types and constants of `%` lines).
 *
 * Runs in a directory of its own.  A compiler takes a hundred times as long
 * as idlc: what gives outputs that were compiled before is not compiled
 * again, and FUZZ_COMPILE=N compiles one input of N, 0 none.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <idlc/idl.h>

#include "idlc/compile.h"
#include "idlc/emit/rpcgen/rpcgen.h"
#include "idlc/options.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutate.h"
#include "tests/lib/random.h"

/* libFuzzer's; tests/fuzz/loop.c has one for the others. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t max);

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t max,
    unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t n_one,
    const uint8_t *two, size_t n_two, uint8_t *out, size_t max, unsigned seed);

#define CLEAN "-Wall -Wextra -Werror "
#define NATIVE "-std=c11 -Wpedantic -Wconversion " CLEAN \
	"-I" SOURCE "/xdr/include -I" SOURCE "/runtime/include "
#define CLASSIC "-std=c11 -D_DEFAULT_SOURCE " CLEAN TIRPC_CFLAGS \
	" -isystem /usr/include/tirpc "

/* A way to run idlc, and what compiles its outputs. */
struct way {
	const char *name;
	const char *argv[8];
	const char *cc;		/* flags, with each file alone */
	const char *cxx;
};

static const struct way ways[] = {
	{ "native", { "idlc", "--diagnostics=plain",
	    "--emit=header,xdr,client,server,fuzz", "fuzz.x" },
	    NATIVE, "-std=c++17 " CLEAN "-I" SOURCE "/xdr/include "
	    "-I" SOURCE "/runtime/include " },
	{ "native with a prefix", { "idlc", "--diagnostics=plain",
	    "--prefix=my_", "fuzz.x" },
	    NATIVE, NULL },
	{ "drop-in", { "rpcgen", "-a", "fuzz.x" }, CLASSIC,
	    "-std=c++17 " CLEAN TIRPC_CFLAGS " -isystem /usr/include/tirpc " },
	{ "drop-in -N -M", { "rpcgen", "-N", "-M", "fuzz.x" }, CLASSIC, NULL },
	{ "drop-in -N", { "rpcgen", "-N", "-a", "fuzz.x" }, CLASSIC, NULL },
	{ "drop-in -M", { "rpcgen", "-M", "-a", "fuzz.x" }, CLASSIC, NULL },
	{ "drop-in --strict", { "rpcgen", "--strict", "-I", "-L", "fuzz.x" },
	    CLASSIC, NULL },
};

static struct {
	bool ready;
	bool tirpc;		/* libtirpc's headers are here */
	bool cxx;
	unsigned compile_one_of;
	char *home;		/* our directory */
	uint64_t seen[1 << 16];	/* outputs that were compiled, by hash */
} state;

/* ---- The directory ------------------------------------------------------ */

/* Calls fn for each file; its sum. */
static unsigned
each_file(unsigned (*fn)(const char *name, void *ctx), void *ctx)
{
	DIR *dir = opendir(".");
	unsigned sum = 0;

	if (!dir)
		abort();
	for (struct dirent *e; (e = readdir(dir));)
		if (e->d_name[0] != '.' || strlen(e->d_name) > 2)
			sum += fn(e->d_name, ctx);
	closedir(dir);
	return sum;
}

static unsigned
remove_file(const char *name, void *ctx)
{
	(void)ctx;
	return unlink(name) == 0;
}

static unsigned
is_output(const char *name, void *ctx)
{
	(void)ctx;
	return strcmp(name, "fuzz.x") != 0 && strcmp(name, "cc.log") != 0;
}

static void
leave(void)
{
	each_file(remove_file, NULL);
	if (chdir("/") == 0)
		rmdir(state.home);
	free(state.home);
}

static bool
compiles(const char *compiler, const char *flags, const char *files)
{
	char command[4096];

	snprintf(command, sizeof(command), "%s %s -fsyntax-only %s >cc.log 2>&1",
	    compiler, flags, files);
	return system(command) == 0;
}

static void
write_file(const char *name, const void *bytes, size_t n)
{
	FILE *file = fopen(name, "wb");

	if (!file || fwrite(bytes, 1, n, file) != n || fclose(file) != 0)
		abort();
}

static const char *
compiler(void)
{
	const char *cc = getenv("FUZZ_CC");

	return cc ? cc : "gcc";
}

static void
start(void)
{
	const char *dir = getenv("TMPDIR");
	const char *one_of = getenv("FUZZ_COMPILE");
	size_t n = strlen(dir ? dir : "/tmp") + 32;

	state.ready = true;
	state.home = malloc(n);
	if (!state.home)
		abort();
	snprintf(state.home, n, "%s/orpc-generate.XXXXXX", dir ? dir : "/tmp");
	if (!mkdtemp(state.home) || chdir(state.home) != 0)
		abort();
	atexit(leave);
	write_file("fuzz.x", "", 0);
	state.compile_one_of = one_of ? (unsigned)atoi(one_of) : 1;
	if (!compiles(compiler(), "-x c", "fuzz.x"))
		state.compile_one_of = 0;
	state.cxx = compiles("g++", "-x c++", "fuzz.x");
	state.tirpc = compiles(compiler(), CLASSIC
	    "-include rpc/rpc.h -Wno-pedantic -x c", "fuzz.x");
}

/* ---- One run of idlc ------------------------------------------------------ */

static void
complain(const struct way *way, const char *what, const char *detail)
{
	fprintf(stderr, "%s: %s\n%s\n", way->name, what, detail);
	abort();
}

static int
run_native(int argc, char **argv)
{
	struct options options;
	int status = options_parse(&options, argc, argv);

	if (status == 0)
		status = compile_run(&options);
	options_fini(&options);
	return status;
}

/* Runs it; *out_said is what it printed, for the caller to free. */
static int
run(const struct way *way, char **out_said)
{
	FILE *real = stderr;
	char *argv[8];
	int argc = 0;
	size_t n;
	int status;

	for (; way->argv[argc]; argc++)
		argv[argc] = strdup(way->argv[argc]);
	argv[argc] = NULL;
	stderr = open_memstream(out_said, &n);
	if (!stderr)
		abort();
	status = strcmp(argv[0], "rpcgen") == 0 ? rpcgen_main(argc, argv) :
	    run_native(argc, argv);
	fclose(stderr);
	stderr = real;
	while (argc > 0)
		free(argv[--argc]);
	return status;
}

/* "FILE:12:3: " in front of `end`? */
static bool
has_place(const char *line, const char *end)
{
	unsigned numbers = 0;

	if (end - line < 2 || end[-1] != ' ' || end[-2] != ':')
		return false;
	for (end -= 2; numbers < 2; numbers++) {
		const char *digits = end;

		while (end > line && isdigit((unsigned char)end[-1]))
			end--;
		if (end == digits || *end == '0' || end == line ||
		    *--end != ':')
			return false;
	}
	return end > line;
}

/* Every error has a place; how many there are. */
static unsigned
count_errors(const struct way *way, const char *said)
{
	unsigned n = 0;

	for (const char *line = said; *line;) {
		const char *stop = line + strcspn(line, "\n");
		const char *error = strstr(line, "error[E");

		if (error && error < stop && error > line &&
		    error[-1] == ' ' && error[-2] == ':') {
			n++;
			if (!has_place(line, error))
				complain(way, "an error without a place",
				    said);
		}
		line = stop + (*stop == '\n');
	}
	return n;
}

/* ---- The compiler ----------------------------------------------------------- */

static unsigned
hash_file(const char *name, void *ctx)
{
	uint64_t *sum = ctx, h = 14695981039346656037u;
	FILE *file;
	int c;

	if (!is_output(name, NULL))
		return 0;
	file = fopen(name, "rb");
	if (!file)
		abort();
	while ((c = getc_unlocked(file)) != EOF)
		h = (h ^ (unsigned char)c) * 1099511628211u;
	fclose(file);
	*sum += h;
	return 1;
}

static bool
is_new(void)
{
	uint64_t h = 0;
	uint64_t *slot;

	each_file(hash_file, &h);
	slot = &state.seen[h & 0xffff];
	if (*slot == h)
		return false;
	*slot = h;
	return true;
}

static unsigned
add_c_file(const char *name, void *ctx)
{
	size_t n = strlen(name);
	char *files = ctx;

	if (n < 2 || strcmp(name + n - 2, ".c") != 0)
		return 0;
	strcat(strcat(files, " "), name);
	return 1;
}

static void
on_finding(void *ctx, const struct idlc_finding *finding)
{
	if (finding->code && (!strcmp(finding->code, "W0516") ||
	    !strcmp(finding->code, "W0517")))
		*(bool *)ctx = true;
}

/* Does the C code need what only its user can give?  Types and constants
 * that are not defined; what `%` lines say, and other files. */
static bool
leaves_to_user(const char *text, size_t n)
{
	static const char *const warnings[] = { "all", NULL };
	bool owes = false;
	const struct idlc_options options = {
		.dialect = IDLC_RPCGEN, .output_symbol = "RPC_HDR",
		.warnings = warnings, .on_finding = on_finding, .ctx = &owes,
	};
	struct idlc_schema *schema;

	if (memmem(text, n, "include", 7))
		return true;
	if (idlc_schema_parse("fuzz.x", text, n, &options, &schema) != 0)
		return false;
	owes = owes || schema->uses_output_symbols;
	for (const struct idlc_def *d = schema->defs; d; d = d->next)
		owes = owes || d->kind == IDLC_TEXT;
	idlc_schema_free(schema);
	return owes;
}

static void
compile(const struct way *way)
{
	char files[1024] = "";
	char why[8192];
	FILE *log;
	size_t n;

	if (!each_file(add_c_file, files) && access("fuzz.h", F_OK) != 0)
		return;
	if ((!*files || compiles(compiler(), way->cc, files)) &&
	    (!way->cxx || !state.cxx ||
	    compiles("g++", way->cxx, "-x c++ fuzz.h")))
		return;
	log = fopen("cc.log", "rb");
	n = log ? fread(why, 1, sizeof(why) - 1, log) : 0;
	why[n] = '\0';
	if (log)
		fclose(log);
	/* A name of the system's headers: to know them all is the user's. */
	if (strstr(why, "/usr/include/"))
		return;
	/* C++ finds a member where rpcgen's C says a type of that name. */
	if (strcmp(way->argv[0], "rpcgen") == 0 &&
	    strstr(why, "does not name a type"))
		return;
	complain(way, "the outputs do not compile", why);
}

static void
check(const struct way *way, const char *text, size_t n, bool may_compile)
{
	char *said;
	int status = run(way, &said);
	unsigned n_errors = count_errors(way, said);
	unsigned n_outputs = each_file(is_output, NULL);

	if (status == 0 && n_errors > 0)
		complain(way, "an error, but exit status 0", said);
	if (status != 0 && n_errors == 0)
		complain(way, "exit status without an error", said);
	if (status != 0 && n_outputs > 0)
		complain(way, "an error, but outputs", said);
	/* E0410: more than 4 GiB in one value is beyond the compiler, too. */
	if (status == 0 && may_compile && n_outputs > 0 &&
	    !strstr(said, "[E0410]") && !leaves_to_user(text, n) &&
	    (strcmp(way->argv[0], "rpcgen") != 0 || state.tirpc) && is_new())
		compile(way);
	free(said);
	each_file(remove_file, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *text = n ? (const char *)bytes : "";
	uint64_t seed = n;
	bool may_compile;

	if (!state.ready)
		start();
	for (size_t i = 0; i < n; i++)
		seed = (seed ^ bytes[i]) * 1099511628211u;
	seed = test_random(&seed);
	may_compile = state.compile_one_of &&
	    (seed >> 32) % state.compile_one_of == 0;
	/* Each dialect, and one of the other ways. */
	for (size_t i = 0; i < 3; i++) {
		size_t way = i == 0 ? 0 : i == 1 ? 2 :
		    seed % (sizeof(ways) / sizeof(ways[0]));

		if (i == 2 && (way == 0 || way == 2))
			continue;
		write_file("fuzz.x", text, n);
		check(&ways[way], text, n, may_compile);
	}
	return 0;
}

/* ---- Mutation ------------------------------------------------------------- */

size_t
LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t max, unsigned seed)
{
	uint64_t random = seed;

	if (test_random(&random) % 12 == 0)
		return LLVMFuzzerMutate(bytes, n, max);
	return mutate_idl((char *)bytes, n, max, "", 0, &random);
}

size_t
LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t n_one, const uint8_t *two,
    size_t n_two, uint8_t *out, size_t max, unsigned seed)
{
	uint64_t random = seed;

	if (n_one > max)
		n_one = max;
	if (n_one)
		memcpy(out, one, n_one);
	return mutate_idl((char *)out, n_one, max, (const char *)two, n_two,
	    &random);
}
