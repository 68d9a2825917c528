/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The binder's journal: what was synced is read again, cut at every byte and
 * damaged at every byte; full disks, strange files, rewriting.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/binder/journal.h"
#include "tests/lib/test.h"
#include "xdr/base.h"

struct place {
	char dir[40];
	char path[60];
};

static int
place_make(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/orpc-journal-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->path, sizeof(p->path), "%s/j", p->dir);
	*state = p;
	return 0;
}

static int
place_remove(void **state)
{
	struct place *p = *state;

	unlink(p->path);
	assert_int_equal(rmdir(p->dir), 0);
	free(p);
	return 0;
}

/* What a journal holds, replayed: the set programs, as bits. */
struct replayed {
	uint64_t programs;
	unsigned changes;
};

static void
replay(void *ctx, const struct orpc_i_change *c)
{
	struct replayed *r = ctx;
	uint64_t bit = UINT64_C(1) << c->program;

	assert_true(c->program < 64);
	assert_string_equal(c->netid, "tcp");
	r->programs = c->set ? r->programs | bit : r->programs & ~bit;
	r->changes++;
}

static struct orpc_i_journal *
open_journal(const char *path, struct replayed *r, size_t *damaged)
{
	struct orpc_i_journal *j;

	*r = (struct replayed){ 0, 0 };
	assert_int_equal(orpc_i_journal_open(path, replay, r, damaged, &j),
	    0);
	return j;
}

static void
note(struct orpc_i_journal *j, bool set, uint32_t program)
{
	const struct orpc_i_change change = { .set = set,
	    .program = program, .version = 3, .netid = "tcp",
	    .uaddr = set ? "0.0.0.0.9.9" : "",
	    .owner = { .uid = 5, .pid = 6, .started = 7 } };

	assert_int_equal(orpc_i_journal_add(j, &change), 0);
}

static size_t
file_load(const char *path, uint8_t *bytes, size_t n)
{
	int fd = open(path, O_RDONLY);
	ssize_t got = read(fd, bytes, n);

	assert_true(got > 0);
	close(fd);
	return (size_t)got;
}

static void
file_store(const char *path, const uint8_t *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

static void
changes_survive(void **state)
{
	struct place *p = *state;
	struct orpc_i_journal *j;
	struct replayed r;
	size_t damaged;

	j = open_journal(p->path, &r, &damaged);
	assert_int_equal(r.changes, 0);
	for (uint32_t i = 0; i < 10; i++)
		note(j, true, i);
	assert_int_equal(orpc_i_journal_sync(j), 0);
	note(j, false, 4);
	assert_int_equal(orpc_i_journal_sync(j), 0);
	note(j, true, 20);	/* never synced */
	orpc_i_journal_close(j);
	j = open_journal(p->path, &r, &damaged);
	assert_int_equal(damaged, 0);
	assert_int_equal(r.programs, 0x3ff & ~0x10);
	note(j, true, 30);
	assert_int_equal(orpc_i_journal_mark(j) > 0, true);
	orpc_i_journal_rewind(j, 0);
	assert_int_equal(orpc_i_journal_sync(j), 0);
	orpc_i_journal_close(j);
	orpc_i_journal_close(open_journal(p->path, &r, &damaged));
	assert_int_equal(r.programs, 0x3ff & ~0x10);
}

/* Any prefix of the file holds the changes that are whole in it; and what is
 * added then is found behind the rubble. */
static void
cut_at_every_byte(void **state)
{
	struct place *p = *state;
	struct orpc_i_journal *j;
	struct replayed r;
	uint8_t bytes[2000];
	size_t damaged, n, at[9];

	j = open_journal(p->path, &r, &damaged);
	for (uint32_t i = 0; i < 8; i++) {
		struct stat st;

		note(j, true, i);
		assert_int_equal(orpc_i_journal_sync(j), 0);
		assert_int_equal(stat(p->path, &st), 0);
		at[i] = (size_t)st.st_size;
	}
	at[8] = SIZE_MAX;
	orpc_i_journal_close(j);
	n = file_load(p->path, bytes, sizeof(bytes));
	for (size_t cut = 0; cut <= n; cut++) {
		uint64_t whole = 0;

		for (int i = 0; at[i] <= cut; i++)
			whole = whole << 1 | 1;
		file_store(p->path, bytes, cut);
		j = open_journal(p->path, &r, &damaged);
		assert_int_equal(r.programs, whole);
		note(j, true, 40);
		assert_int_equal(orpc_i_journal_sync(j), 0);
		orpc_i_journal_close(j);
		orpc_i_journal_close(open_journal(p->path, &r, &damaged));
		assert_int_equal(r.programs, whole | UINT64_C(1) << 40);
	}
}

/* A damaged byte costs the record that it is in, no other. */
static void
damaged_at_every_byte(void **state)
{
	struct place *p = *state;
	struct orpc_i_journal *j;
	struct replayed r;
	uint8_t bytes[2000];
	size_t damaged, n;

	j = open_journal(p->path, &r, &damaged);
	for (uint32_t i = 0; i < 5; i++)
		note(j, true, i);
	assert_int_equal(orpc_i_journal_sync(j), 0);
	orpc_i_journal_close(j);
	n = file_load(p->path, bytes, sizeof(bytes));
	for (size_t i = 16; i < n; i++) {
		bytes[i] ^= 0x41;
		file_store(p->path, bytes, n);
		orpc_i_journal_close(open_journal(p->path, &r, &damaged));
		assert_true(damaged > 0);
		assert_int_equal(r.changes, 4);
		bytes[i] ^= 0x41;
	}
	/* Another run of the machine, or no journal at all: begun anew. */
	for (size_t i = 0; i < 16; i++) {
		bytes[i] ^= 0x41;
		file_store(p->path, bytes, n);
		orpc_i_journal_close(open_journal(p->path, &r, &damaged));
		assert_int_equal(r.changes, 0);
		bytes[i] ^= 0x41;
	}
}

static void
a_full_disk_is_told(void **state)
{
	struct place *p = *state;
	struct rlimit old, small;
	struct orpc_i_journal *j;
	struct replayed r;
	struct stat st;
	size_t damaged;

	signal(SIGXFSZ, SIG_IGN);
	j = open_journal(p->path, &r, &damaged);
	note(j, true, 1);
	assert_int_equal(orpc_i_journal_sync(j), 0);
	assert_int_equal(stat(p->path, &st), 0);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	for (rlim_t more = 0; more < 100; more++) {
		small.rlim_cur = (rlim_t)st.st_size + more;
		setrlimit(RLIMIT_FSIZE, &small);
		note(j, true, 2);
		note(j, true, 3);
		assert_int_equal(orpc_i_journal_sync(j), -ORPC_E_SYSTEM);
	}
	setrlimit(RLIMIT_FSIZE, &old);
	note(j, true, 4);
	assert_int_equal(orpc_i_journal_sync(j), 0);
	orpc_i_journal_close(j);
	orpc_i_journal_close(open_journal(p->path, &r, &damaged));
	assert_int_equal(damaged, 0);
	assert_int_equal(r.programs, 1 << 1 | 1 << 4);
}

static void
strange_files_are_refused(void **state)
{
	struct place *p = *state;
	char other[80];
	struct orpc_i_journal *j, *second;
	struct replayed r;
	size_t damaged;

	snprintf(other, sizeof(other), "%s/other", p->dir);
	/* A link, a directory, a pipe, one that others may write. */
	file_store(other, (const uint8_t *)"", 0);
	assert_int_equal(symlink(other, p->path), 0);
	assert_int_equal(orpc_i_journal_open(p->path, replay, &r, &damaged,
	    &j), -ORPC_E_DENIED);
	unlink(p->path);
	assert_int_equal(link(other, p->path), 0);
	assert_int_equal(orpc_i_journal_open(p->path, replay, &r, &damaged,
	    &j), -ORPC_E_DENIED);
	unlink(other);
	assert_int_equal(chmod(p->path, 0666), 0);
	assert_int_equal(orpc_i_journal_open(p->path, replay, &r, &damaged,
	    &j), -ORPC_E_DENIED);
	unlink(p->path);
	assert_int_equal(mkfifo(p->path, 0600), 0);
	assert_int_equal(orpc_i_journal_open(p->path, replay, &r, &damaged,
	    &j), -ORPC_E_DENIED);
	unlink(p->path);
	assert_int_equal(orpc_i_journal_open(p->dir, replay, &r, &damaged,
	    &j), -ORPC_E_SYSTEM);
	assert_int_equal(errno, EISDIR);
	/* Two binders. */
	j = open_journal(p->path, &r, &damaged);
	assert_int_equal(orpc_i_journal_open(p->path, replay, &r, &damaged,
	    &second), -ORPC_E_BUSY);
	orpc_i_journal_close(j);
}

static void
history_is_rewritten(void **state)
{
	struct place *p = *state;
	struct orpc_i_registry *registry;
	const struct orpc_i_owner owner = { .uid = 5 };
	const struct orpc_i_owner self = { .uid = ORPC_I_OWNER_BINDER };
	struct orpc_i_journal *j;
	struct replayed r;
	struct stat before, after;
	size_t damaged;

	assert_int_equal(orpc_i_registry_new(100, 100, &registry), 0);
	orpc_i_registry_set(registry, 7, 1, "tcp", "0.0.0.0.9.9", &owner,
	    NULL);
	orpc_i_registry_set(registry, 9, 1, "tcp", "0.0.0.0.9.9", &self,
	    NULL);
	j = open_journal(p->path, &r, &damaged);
	assert_false(orpc_i_journal_is_bloated(j, 1));
	for (int i = 0; i < 1000; i++) {
		note(j, true, 7);
		note(j, false, 7);
	}
	note(j, true, 7);
	assert_int_equal(orpc_i_journal_sync(j), 0);
	assert_true(orpc_i_journal_is_bloated(j, 1));
	stat(p->path, &before);
	assert_int_equal(orpc_i_journal_rewrite(j, registry), 0);
	assert_false(orpc_i_journal_is_bloated(j, 1));
	stat(p->path, &after);
	assert_true(after.st_size < before.st_size / 100);
	note(j, true, 8);
	assert_int_equal(orpc_i_journal_sync(j), 0);
	orpc_i_journal_close(j);
	orpc_i_journal_close(open_journal(p->path, &r, &damaged));
	assert_int_equal(r.programs, 1 << 7 | 1 << 8);
	orpc_i_registry_free(registry);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define JOURNAL_TEST(fn) \
	cmocka_unit_test_setup_teardown(fn, place_make, place_remove)
		JOURNAL_TEST(changes_survive),
		JOURNAL_TEST(cut_at_every_byte),
		JOURNAL_TEST(damaged_at_every_byte),
		JOURNAL_TEST(a_full_disk_is_told),
		JOURNAL_TEST(strange_files_are_refused),
		JOURNAL_TEST(history_is_rewritten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
