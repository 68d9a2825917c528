/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The files of a run.  Whole lines go to a file with a temporary name
 * whenever an output's buffer is large enough; outputs_commit() renames all
 * of them once nothing can go wrong any more.
 */
#include "idlc/emit/out_i.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEMP_TRIES = 100 };

void *
out_i_mem(void *mem)
{
	if (!mem) {
		fputs("idlc: out of memory\n", stderr);
		exit(2);
	}
	return mem;
}

static char *
copy_text(const char *text)
{
	return out_i_mem(strdup(text));
}

static void
out_fail(struct out *o, const char *what, int error)
{
	if (o->error)
		return;
	o->what = what;
	o->error = error;
}

static int
write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno;
		bytes += done;
		n -= (size_t)done;
	}
	return 0;
}

static void
file_put(struct out *o, const char *bytes, size_t n)
{
	int error = o->error ? 0 : write_all(o->fd, bytes, n);

	if (error)
		out_fail(o, "write", error);
	o->flushed += n;
}

void
out_i_flush(struct out *o, size_t n)
{
	if (o->fd < 0 || n == 0)
		return;
	file_put(o, o->buf, n);
	memmove(o->buf, o->buf + n, o->n - n);
	o->n -= n;
	o->line -= n;
}

bool
out_i_pass(struct out *o, const char *text, size_t n)
{
	if (o->fd < 0)
		return false;
	out_i_flush(o, o->n);
	file_put(o, text, n);
	return true;
}

/* A file beside `path` that nobody else has: ".NAME.idlc-PID-TRY". */
static void
temp_create(struct out *o)
{
	const char *slash = strrchr(o->path, '/');
	const char *base = slash ? slash + 1 : o->path;
	size_t room = strlen(o->path) + 64;

	o->temp = out_i_mem(malloc(room));
	for (int try = 0; try < TEMP_TRIES; try++) {
		snprintf(o->temp, room, "%.*s.%.200s.idlc-%ld-%d",
		    (int)(base - o->path), o->path, base, (long)getpid(), try);
		o->fd = open(o->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0666);
		if (o->fd >= 0 || errno != EEXIST)
			break;
	}
	if (o->fd >= 0)
		return;
	out_fail(o, "create", errno);
	free(o->temp);
	o->temp = NULL;
}

/* The set that writes files: a process that ends for lack of memory leaves none
 * with a temporary name. */
static const struct outputs *at_hand;

static void
remove_temps(void)
{
	for (const struct out *o = at_hand ? at_hand->first : NULL; o;
	    o = o->next)
		if (o->temp)
			(void)unlink(o->temp);
}

static void
take_in_hand(const struct outputs *set)
{
	static bool registered;

	at_hand = set;
	if (!registered)
		registered = atexit(remove_temps) == 0;
}

struct out *
outputs_open(struct outputs *set, const char *path)
{
	struct out *o = out_i_mem(calloc(1, sizeof(*o)));
	struct stat st;

	o->fd = -1;
	o->if_changed = set->if_changed;
	if (!set->last)
		set->last = &set->first;
	*set->last = o;
	set->last = &o->next;
	if (!path)
		return o;
	o->path = copy_text(path);
	if (strcmp(path, "-") == 0)
		return o;
	if (stat(path, &st) != 0 || S_ISREG(st.st_mode)) {
		take_in_hand(set);
		temp_create(o);
	} else if (S_ISDIR(st.st_mode)) {
		out_fail(o, "create", EISDIR);
	}
	return o;
}

/* An output without a temporary file: standard output or a device. */
static void
write_in_place(struct out *o)
{
	bool standard = strcmp(o->path, "-") == 0;
	int fd = standard ? STDOUT_FILENO : open(o->path,
	    O_WRONLY | O_NOCTTY | O_CLOEXEC);
	int error = fd < 0 ? errno : write_all(fd, o->buf, o->n);

	if (error)
		out_fail(o, "write", error);
	if (fd >= 0 && !standard && close(fd) != 0)
		out_fail(o, "write", errno);
}

static void
out_close(struct out *o)
{
	if (o->fd >= 0 && close(o->fd) != 0)
		out_fail(o, "write", errno);
	o->fd = -1;
}

static void
out_free(struct out *o)
{
	out_close(o);
	if (o->temp)
		(void)unlink(o->temp);
	free(o->temp);
	free(o->path);
	free(o->buf);
	templates_fini(&o->templates);
	free(o);
}

/* Keeps the first failure of any output for the caller's message. */
static void
set_note_failure(struct outputs *set, const struct out *o)
{
	static const char standard[] = "standard output";

	if (set->error || !o->error)
		return;
	set->error = o->error;
	set->what = o->what;
	set->path = standard;
	if (strcmp(o->path, "-") != 0)
		set->path = set->kept = copy_text(o->path);
}

static void
set_each(struct outputs *set, void (*step)(struct out *o))
{
	for (struct out *o = set->first; o; o = o->next)
		if (o->path && !set->error) {
			step(o);
			set_note_failure(set, o);
		}
}

static void
step_finish(struct out *o)
{
	out_i_flush(o, o->n);
	out_close(o);
}

static void
step_in_place(struct out *o)
{
	if (!o->temp)
		write_in_place(o);
}

static bool
streams_equal(FILE *a, FILE *b)
{
	int c;

	do {
		c = getc_unlocked(a);
		if (c != getc_unlocked(b))
			return false;
	} while (c != EOF);
	return !ferror(a) && !ferror(b);
}

static bool
files_equal(const char *path, const char *other)
{
	FILE *a = fopen(path, "re"), *b = fopen(other, "re");
	bool equal = a && b && streams_equal(a, b);

	if (a)
		fclose(a);
	if (b)
		fclose(b);
	return equal;
}

static void
step_rename(struct out *o)
{
	if (!o->temp || (o->if_changed && files_equal(o->temp, o->path)))
		return;
	if (rename(o->temp, o->path) != 0) {
		out_fail(o, "rename", errno);
		return;
	}
	free(o->temp);
	o->temp = NULL;
}

static void
set_clear(struct outputs *set)
{
	struct out *next;

	for (struct out *o = set->first; o; o = next) {
		next = o->next;
		out_free(o);
	}
	if (at_hand == set)
		at_hand = NULL;
	set->first = NULL;
	set->last = NULL;
}

static void
set_forget_failure(struct outputs *set)
{
	free(set->kept);
	set->kept = NULL;
	set->path = NULL;
	set->error = 0;
}

int
outputs_commit(struct outputs *set)
{
	set_forget_failure(set);
	set_each(set, step_finish);
	set_each(set, step_rename);
	set_each(set, step_in_place);
	set_clear(set);
	return set->error ? -1 : 0;
}

void
outputs_discard(struct outputs *set)
{
	set_forget_failure(set);
	set_clear(set);
}
