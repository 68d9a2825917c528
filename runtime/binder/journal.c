/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The binder's journal.
 *
 *	file    "ORPCBJ1\n"  boot:8  record...
 *	record  mark:4  n:4  check:4  payload:n      (big-endian; payload in XDR)
 *
 * Records are added at the end and synced before anybody is told TRUE; a
 * write that fails is taken back by cutting the file.  A record whose check
 * (CRC-32C over n and payload) fails is passed over, and reading goes on at
 * the next mark that begins a good one.  `boot` tells this run of the machine
 * from others: registrations do not outlive it.
 *
 * When most of the file is history a new one is written beside it and renamed
 * over it.
 */
#include "runtime/binder/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <oxdr/reader.h>
#include <oxdr/writer.h>

#define MAGIC "ORPCBJ1\n"
#define HEAD_BYTES 16u
#define MARK 0x4f424a52u
#define RECORD_HEAD 12u
#define PAYLOAD_MAX 512u
#define FILE_MAX ((off_t)256 << 20)
/* Below this many records no rewriting is worth it. */
#define BLOAT_MIN 1024u

/* size: bytes of the file that are good; buf: added and not yet synced. */
struct orpc_i_journal {
	char *path;
	char *new_path;
	int fd;
	uint64_t boot;
	off_t size;
	size_t n_records;
	uint8_t *buf;
	size_t n_buf;
	size_t n_added;
	size_t room;
};

/* ---- Records --------------------------------------------------------------------- */

static uint32_t
crc32c(const uint8_t *p, size_t n)
{
	uint32_t crc = UINT32_MAX;

	while (n-- > 0) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
	}
	return ~crc;
}

/* The check covers n and payload: everything after it and the word before. */
static uint32_t
record_check(const uint8_t *record, size_t n)
{
	return crc32c(record + RECORD_HEAD, n) ^ (uint32_t)n * 0x9e3779b9u;
}

/* Encodes a record into at most RECORD_HEAD + PAYLOAD_MAX bytes: its size, or
 * -OXDR_E_LIMIT. */
static int
record_put(uint8_t *buf, const struct orpc_i_change *c)
{
	struct oxdr_writer w;
	size_t n;

	oxdr_writer_init_fixed(&w, buf + RECORD_HEAD, PAYLOAD_MAX);
	oxdr_put_u32(&w, c->set);
	oxdr_put_u32(&w, c->program);
	oxdr_put_u32(&w, c->version);
	oxdr_put_string(&w, c->netid, UINT32_MAX);
	oxdr_put_string(&w, c->uaddr, UINT32_MAX);
	oxdr_put_u32(&w, c->owner.uid);
	oxdr_put_i32(&w, c->owner.pid);
	oxdr_put_u64(&w, c->owner.started);
	if (oxdr_writer_error(&w))
		return oxdr_writer_error(&w);
	n = oxdr_writer_size(&w);
	oxdr_store_u32(buf, MARK);
	oxdr_store_u32(buf + 4, (uint32_t)n);
	oxdr_store_u32(buf + 8, record_check(buf, n));
	return (int)(RECORD_HEAD + n);
}

static int
payload_get(const uint8_t *bytes, size_t n, struct oxdr_arena *arena,
    struct orpc_i_change *out)
{
	struct oxdr_reader r;
	uint32_t set;
	char *netid, *uaddr;

	oxdr_reader_init(&r, bytes, n);
	if (oxdr_get_u32(&r, &set) || oxdr_get_u32(&r, &out->program) ||
	    oxdr_get_u32(&r, &out->version) ||
	    oxdr_get_string(&r, arena, PAYLOAD_MAX, &netid) ||
	    oxdr_get_string(&r, arena, PAYLOAD_MAX, &uaddr) ||
	    oxdr_get_u32(&r, &out->owner.uid) ||
	    oxdr_get_i32(&r, &out->owner.pid) ||
	    oxdr_get_u64(&r, &out->owner.started) || oxdr_reader_finish(&r))
		return -1;
	out->set = set;
	out->netid = netid;
	out->uaddr = uaddr;
	return 0;
}

/* The size of the good record that begins here; 0: there is none. */
static size_t
record_judge(const uint8_t *p, size_t left)
{
	size_t n;

	if (left < RECORD_HEAD || oxdr_load_u32(p) != MARK)
		return 0;
	n = oxdr_load_u32(p + 4);
	if (n > PAYLOAD_MAX || n > left - RECORD_HEAD ||
	    oxdr_load_u32(p + 8) != record_check(p, n))
		return 0;
	return RECORD_HEAD + n;
}

/* Hands out the records of a file's body. */
static void
records_read(struct orpc_i_journal *j, const uint8_t *bytes, size_t n,
    orpc_i_change_fn *on_change, void *ctx, size_t *out_damaged)
{
	struct oxdr_arena arena = { 0 };
	struct orpc_i_change change;
	size_t at = 0, size;

	while (at < n) {
		size = record_judge(bytes + at, n - at);
		if (size == 0 || payload_get(bytes + at + RECORD_HEAD,
		    size - RECORD_HEAD, &arena, &change)) {
			at++;
			++*out_damaged;
			continue;
		}
		on_change(ctx, &change);
		oxdr_arena_reset(&arena);
		j->n_records++;
		at += size;
	}
	oxdr_arena_fini(&arena);
}

/* ---- The file ----------------------------------------------------------------------- */

/* Tells this run of the machine from others; 0 where nobody knows. */
static uint64_t
boot_number(void)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	char id[64];
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, id, sizeof(id));
	close(fd);
	for (ssize_t i = 0; i < n; i++)
		hash = (hash ^ (uint8_t)id[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static void
head_store(const struct orpc_i_journal *j, uint8_t head[HEAD_BYTES])
{
	memcpy(head, MAGIC, 8);
	oxdr_store_u64(head + 8, j->boot);
}

static int
write_all(int fd, const uint8_t *bytes, size_t n, off_t at)
{
	while (n > 0) {
		ssize_t done = pwrite(fd, bytes, n, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			if (done == 0)
				errno = ENOSPC;
			return -ORPC_E_SYSTEM;
		}
		bytes += done;
		at += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Ours alone, a plain file, and locked. */
static int
file_claim(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -ORPC_E_SYSTEM;
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 022) || st.st_nlink != 1)
		return -ORPC_E_DENIED;
	if (st.st_size > FILE_MAX) {
		errno = EFBIG;
		return -ORPC_E_SYSTEM;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -ORPC_E_BUSY : -ORPC_E_SYSTEM;
	return 0;
}

/* Begins the file anew. */
static int
file_start(struct orpc_i_journal *j)
{
	uint8_t head[HEAD_BYTES];

	head_store(j, head);
	if (ftruncate(j->fd, 0) < 0)
		return -ORPC_E_SYSTEM;
	if (write_all(j->fd, head, sizeof(head), 0))
		return -ORPC_E_SYSTEM;
	if (fdatasync(j->fd) < 0)
		return -ORPC_E_SYSTEM;
	j->size = HEAD_BYTES;
	j->n_records = 0;
	return 0;
}

static int
read_all(int fd, uint8_t *bytes, size_t n)
{
	size_t at = 0;

	while (at < n) {
		ssize_t got = pread(fd, bytes + at, n - at, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			if (got == 0)
				errno = EIO;
			return -ORPC_E_SYSTEM;
		}
		at += (size_t)got;
	}
	return 0;
}

static int
file_read(struct orpc_i_journal *j, orpc_i_change_fn *on_change, void *ctx,
    size_t *out_damaged)
{
	uint8_t head[HEAD_BYTES], *bytes;
	struct stat st;
	size_t n;

	if (fstat(j->fd, &st) < 0)
		return -ORPC_E_SYSTEM;
	n = (size_t)st.st_size;
	bytes = malloc(n + 1);
	if (!bytes)
		return -OXDR_E_NOMEM;
	if (read_all(j->fd, bytes, n)) {
		free(bytes);
		return -ORPC_E_SYSTEM;
	}
	head_store(j, head);
	if (n < HEAD_BYTES || memcmp(bytes, head, HEAD_BYTES) != 0) {
		/* Empty, not ours, or from before the machine booted. */
		if (n >= 8 && memcmp(bytes, MAGIC, 8) != 0)
			*out_damaged = n;
		free(bytes);
		return file_start(j);
	}
	records_read(j, bytes + HEAD_BYTES, n - HEAD_BYTES, on_change, ctx,
	    out_damaged);
	/* What comes next is written behind everything, sense or not. */
	j->size = st.st_size;
	free(bytes);
	return 0;
}

/* ---- Life ------------------------------------------------------------------------------ */

static int
journal_start(struct orpc_i_journal *j, const char *path)
{
	size_t n = strlen(path);

	j->path = strdup(path);
	j->new_path = malloc(n + 5);
	if (!j->path || !j->new_path)
		return -OXDR_E_NOMEM;
	memcpy(j->new_path, path, n);
	memcpy(j->new_path + n, ".new", 5);
	j->boot = boot_number();
	j->fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC |
	    O_NONBLOCK, 0600);
	if (j->fd < 0)
		return errno == ELOOP ? -ORPC_E_DENIED : -ORPC_E_SYSTEM;
	return file_claim(j->fd);
}

int
orpc_i_journal_open(const char *path, orpc_i_change_fn *on_change, void *ctx,
    size_t *out_damaged, struct orpc_i_journal **out)
{
	struct orpc_i_journal *j = calloc(1, sizeof(*j));
	int result;

	*out_damaged = 0;
	if (!j)
		return -OXDR_E_NOMEM;
	j->fd = -1;
	result = journal_start(j, path);
	if (!result)
		result = file_read(j, on_change, ctx, out_damaged);
	if (result) {
		int saved = errno;

		orpc_i_journal_close(j);
		errno = saved;
		return result;
	}
	*out = j;
	return 0;
}

void
orpc_i_journal_close(struct orpc_i_journal *j)
{
	if (!j)
		return;
	if (j->fd >= 0)
		close(j->fd);
	free(j->buf);
	free(j->path);
	free(j->new_path);
	free(j);
}

/* ---- Writing ----------------------------------------------------------------------------- */

int
orpc_i_journal_add(struct orpc_i_journal *j,
    const struct orpc_i_change *change)
{
	int n;

	if (j->room - j->n_buf < RECORD_HEAD + PAYLOAD_MAX) {
		size_t room = j->room ? j->room * 2 : 4096;
		uint8_t *buf = realloc(j->buf, room);

		if (!buf)
			return -OXDR_E_NOMEM;
		j->buf = buf;
		j->room = room;
	}
	n = record_put(j->buf + j->n_buf, change);
	if (n < 0)
		return n;
	j->n_buf += (size_t)n;
	j->n_added++;
	return 0;
}

size_t
orpc_i_journal_mark(const struct orpc_i_journal *j)
{
	return j->n_buf;
}

void
orpc_i_journal_rewind(struct orpc_i_journal *j, size_t mark)
{
	j->n_buf = mark;
}

int
orpc_i_journal_sync(struct orpc_i_journal *j)
{
	size_t n = j->n_buf, n_added = j->n_added;
	int result, saved;

	j->n_buf = 0;
	j->n_added = 0;
	if (n == 0)
		return 0;
	result = write_all(j->fd, j->buf, n, j->size);
	if (!result && fdatasync(j->fd) < 0)
		result = -ORPC_E_SYSTEM;
	if (result) {
		saved = errno;
		/* If this fails too, reading will find a record that nobody
		 * was told of; the next one is written over it. */
		if (ftruncate(j->fd, j->size) < 0)
			errno = saved;
		errno = saved;
		return result;
	}
	j->size += (off_t)n;
	j->n_records += n_added;
	return 0;
}

bool
orpc_i_journal_is_bloated(const struct orpc_i_journal *j, size_t live)
{
	return j->n_records > BLOAT_MIN && j->n_records / 4 > live;
}

static int
registry_write(int fd, const struct orpc_i_registry *registry, off_t *at,
    size_t *out_n)
{
	uint8_t buf[RECORD_HEAD + PAYLOAD_MAX];
	const struct orpc_i_binding *b;

	*out_n = 0;
	for (b = orpc_i_registry_first(registry); b; b = b->next) {
		const struct orpc_i_change change = { .set = true,
		    .program = b->program, .version = b->version,
		    .netid = b->transport->netid, .uaddr = b->uaddr,
		    .owner = b->owner };
		int n;

		if (b->owner.uid == ORPC_I_OWNER_BINDER)
			continue;
		n = record_put(buf, &change);
		if (n < 0)
			return n;
		if (write_all(fd, buf, (size_t)n, *at))
			return -ORPC_E_SYSTEM;
		*at += n;
		++*out_n;
	}
	return 0;
}

/* The rename itself must be on disk before anything is added. */
static int
sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) :
	    strdup(".");
	int fd, result = 0;

	if (!dir)
		return -OXDR_E_NOMEM;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (fd < 0)
		return -ORPC_E_SYSTEM;
	if (fsync(fd) < 0 && errno != EINVAL)
		result = -ORPC_E_SYSTEM;
	close(fd);
	return result;
}

int
orpc_i_journal_rewrite(struct orpc_i_journal *j,
    const struct orpc_i_registry *registry)
{
	uint8_t head[HEAD_BYTES];
	off_t at = HEAD_BYTES;
	size_t n;
	int fd, result, saved;

	unlink(j->new_path);
	fd = open(j->new_path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	if (fd < 0)
		return -ORPC_E_SYSTEM;
	head_store(j, head);
	result = write_all(fd, head, sizeof(head), 0);
	if (!result)
		result = registry_write(fd, registry, &at, &n);
	if (!result && (flock(fd, LOCK_EX | LOCK_NB) < 0 || fsync(fd) < 0 ||
	    rename(j->new_path, j->path) < 0))
		result = -ORPC_E_SYSTEM;
	if (result) {
		saved = errno;
		close(fd);
		unlink(j->new_path);
		errno = saved;
		return result;
	}
	close(j->fd);
	j->fd = fd;
	j->size = at;
	j->n_records = n;
	return sync_directory(j->path);
}
