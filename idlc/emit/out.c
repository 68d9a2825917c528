/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The printer of every emitter.
 *
 * Text gathers in one buffer an output.  A line is looked at once, when its
 * end arrives: if it is too wide and the template named places to break it,
 * it is laid out anew at the end of the buffer.  Whole lines go to a file
 * with a temporary name whenever the buffer is large enough; outputs_commit()
 * renames all of them once nothing can go wrong any more.
 */
#include "idlc/emit/out.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	COLUMNS = 80,
	TAB = 8,
	BREAKS_MAX = 64,	/* places to break one line; more are blanks */
	FLUSH_BYTES = 1 << 18,
	TEMP_TRIES = 100
};

/*
 * Between calls: buf[0..line) are whole lines, buf[line..n) the line being
 * printed; breaks are offsets in it, ascending, of `\v` (a blank stands
 * there) or `\f` (nothing stands there).
 */
struct out {
	struct out *next;
	char *path;		/* NULL: memory only */
	char *temp;		/* NULL: nothing to rename */
	int fd;			/* -1: none, kept in memory */
	bool if_changed;
	int error;
	const char *what;
	char *buf;
	size_t n;
	size_t room;
	size_t line;
	uint64_t flushed;
	int depth;
	unsigned n_breaks;
	struct {
		size_t at;
		bool blank;
	} breaks[BREAKS_MAX];
};

static void *
mem_or_die(void *mem)
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
	return mem_or_die(strdup(text));
}

static void
out_fail(struct out *o, const char *what, int error)
{
	if (o->error)
		return;
	o->what = what;
	o->error = error;
}

/* ---- Files -------------------------------------------------------------- */

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

/* Writes the whole lines of the buffer to the output's file. */
static void
out_flush(struct out *o, size_t n)
{
	int error;

	if (o->fd < 0 || n == 0)
		return;
	error = o->error ? 0 : write_all(o->fd, o->buf, n);
	if (error)
		out_fail(o, "write", error);
	memmove(o->buf, o->buf + n, o->n - n);
	o->n -= n;
	o->line -= n;
	o->flushed += n;
}

/* A file beside `path` that nobody else has: ".NAME.idlc-PID-TRY". */
static void
temp_create(struct out *o)
{
	const char *slash = strrchr(o->path, '/');
	const char *base = slash ? slash + 1 : o->path;
	size_t room = strlen(o->path) + 64;

	o->temp = mem_or_die(malloc(room));
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
	struct out *o = mem_or_die(calloc(1, sizeof(*o)));
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
	out_flush(o, o->n);
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

/* ---- Text --------------------------------------------------------------- */

static void
buf_need(struct out *o, size_t n)
{
	if (o->room - o->n >= n)
		return;
	o->room = (o->room + n) * 2;
	o->buf = mem_or_die(realloc(o->buf, o->room));
}

static inline void
buf_add(struct out *o, char c)
{
	if (o->n == o->room)
		buf_need(o, 256);
	o->buf[o->n++] = c;
}

static void
buf_add_text(struct out *o, const char *text, size_t n)
{
	buf_need(o, n + 1);
	if (n > 0)
		memcpy(o->buf + o->n, text, n);
	o->n += n;
}

/* The column behind a text that starts at `column`; few texts have tabs. */
static size_t
width(const char *text, size_t n, size_t column)
{
	const char *end = text + n;

	while (text < end) {
		const char *tab = *text == '\t' ? text :
		    memchr(text, '\t', (size_t)(end - text));
		const char *stop = tab ? tab : end;

		column += (size_t)(stop - text);
		text = stop;
		if (tab) {
			column += TAB - column % TAB;
			text++;
		}
	}
	return column;
}

/*
 * Lays the current line out anew, in pieces between its breaks: a piece that
 * would pass column 80 starts a line of its own.
 */
static void
line_fold(struct out *o)
{
	size_t n = o->n - o->line;
	char *old = mem_or_die(malloc(n + 1));
	size_t tabs = 0, column = 0, start = 0;

	memcpy(old, o->buf + o->line, n);
	while (tabs < n && old[tabs] == '\t')
		tabs++;
	o->n = o->line;
	for (unsigned i = 0; i <= o->n_breaks; i++) {
		bool blank = i > 0 && o->breaks[i - 1].blank;
		size_t stop = i < o->n_breaks ? o->breaks[i].at : n;

		if (i > 0 && width(old + start, stop - start,
		    column + blank) > COLUMNS) {
			buf_add(o, '\n');
			buf_add_text(o, old, tabs);
			buf_add_text(o, "    ", 4);
			column = tabs * TAB + 4;
		} else if (blank) {
			buf_add(o, ' ');
			column++;
		}
		buf_add_text(o, old + start, stop - start);
		column = width(old + start, stop - start, column);
		start = stop + (i < o->n_breaks && o->breaks[i].blank);
	}
	free(old);
}

static void
line_end(struct out *o)
{
	size_t n = o->n - o->line;

	if (o->n_breaks > 0 && n > COLUMNS / 2 &&
	    width(o->buf + o->line, n, 0) > COLUMNS)
		line_fold(o);
	o->n_breaks = 0;
	buf_add(o, '\n');
	o->line = o->n;
	if (o->n >= FLUSH_BYTES)
		out_flush(o, o->n);
}

static void
line_start(struct out *o)
{
	for (int i = 0; i < o->depth; i++)
		buf_add(o, '\t');
}

static void
line_break(struct out *o, bool blank)
{
	if (o->n_breaks < BREAKS_MAX) {
		o->breaks[o->n_breaks].at = o->n - o->line;
		o->breaks[o->n_breaks].blank = blank;
		o->n_breaks++;
	}
	if (blank)
		buf_add(o, ' ');
}

/* Characters that are more than themselves: line end, breaks, and in a
 * template the dollar. */
static const bool special[256] = {
	['\n'] = true, ['\v'] = true, ['\f'] = true, ['$'] = true,
};

/* The same for eight at a time: the highest bit of each byte that is special,
 * the first character in the lowest byte. */
static inline uint64_t
specials(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101u;
	const uint64_t low = word & 127 * ones;
	const uint64_t dollar = low ^ '$' * ones;

	/* '\n', '\v' and '\f' follow each other. */
	return (((low + (127 - 9) * ones) & ~(low + (127 - 12) * ones)) |
	    ~(dollar + 127 * ones)) & ~word & 128 * ones;
}

/*
 * Prints text up to its next special character, which it returns.  The last
 * eight bytes of a text may overlap the eight before them.
 */
static inline const char *
put_plain(struct out *o, const char *text, const char *end)
{
	size_t left = (size_t)(end - text);
	char *to;

	buf_need(o, left);
	to = o->buf + o->n;
	while (left >= 8) {
		size_t step = left >= 16 ? 8 : left - 8;
		uint64_t word, found;

		memcpy(&word, text, 8);
		memcpy(to, &word, 8);
		found = specials(le64toh(word));
		if (found)
			step = (size_t)__builtin_ctzll(found) / 8;
		else if (left == 8)
			step = 8;
		text += step;
		to += step;
		left -= step;
		if (found)
			left = 0;
	}
	while (left-- > 0 && !special[(unsigned char)*text])
		*to++ = *text++;
	o->n = (size_t)(to - o->buf);
	return text;
}

/* Prints up to the next `$` of a template, or to the end of a value. */
static inline const char *
put_text(struct out *o, const char *text, const char *end, bool is_template)
{
	for (; text < end; text++) {
		if (*text != '\n') {
			if (o->n == o->line)
				line_start(o);
			text = put_plain(o, text, end);
			if (text == end || (*text == '$' && is_template))
				break;
		}
		if (*text == '\n')
			line_end(o);
		else if (*text == '$')
			buf_add(o, '$');
		else
			line_break(o, *text == '\v');
	}
	return text;
}

/* The value of the name that starts here; *end: its closing dollar. */
static const char *
value_find(const struct out_var *vars, const char *name, const char **end)
{
	for (const struct out_var *v = vars; v && v->name; v++) {
		const char *a = v->name, *b = name;

		while (*a && *a == *b) {
			a++;
			b++;
		}
		if (*a || *b != '$')
			continue;
		*end = b;
		return v->value;
	}
	fprintf(stderr, "idlc: no value for $%.*s$ in a template\n",
	    (int)strcspn(name, "$"), name);
	abort();
}

void
out(struct out *o, const struct out_var *vars, const char *template)
{
	const char *end = template + strlen(template);

	for (const char *at = template; at < end; at++) {
		const char *value = "$";

		at = put_text(o, at, end, true);
		if (at == end)
			break;
		if (*++at != '$')
			value = value_find(vars, at, &at);
		put_text(o, value, value + strlen(value), false);
	}
}

void
out_indent(struct out *o, int levels)
{
	o->depth += levels;
}

void
out_raw(struct out *o, const char *text, size_t n)
{
	buf_add_text(o, text, n);
	if (n > 0 && text[n - 1] == '\n') {
		o->line = o->n;
		o->n_breaks = 0;
	}
	if (o->line == o->n && o->n >= FLUSH_BYTES)
		out_flush(o, o->n);
}

const char *
out_text(struct out *o, size_t *out_n)
{
	buf_need(o, 1);
	o->buf[o->n] = '\0';
	*out_n = o->n;
	return o->buf;
}

uint64_t
out_size(const struct out *o)
{
	return o->flushed + o->n;
}

char *
out_number(char buf[24], uint64_t n)
{
	char *at = buf + 23;

	*at = '\0';
	do
		*--at = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return at;
}
