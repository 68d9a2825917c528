/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files: read once each, kept until loading ends, found again from any
 * position for the excerpt of a diagnostic.
 */
#include "idlc/front/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "xdr/base.h"

static int
read_stream(struct front *f, FILE *in, struct bytes *b)
{
	char buf[65536];
	size_t n;

	while ((n = fread(buf, 1, sizeof(buf), in)) > 0) {
		if (b->n + n > SOURCE_MAX_BYTES)
			return EFBIG;
		if (!idlc_i_bytes_add(f, b, buf, n))
			return ENOMEM;
	}
	return ferror(in) ? (errno ? errno : EIO) : 0;
}

static struct source *
source_new(struct front *f, const char *path, struct bytes *b)
{
	struct source *s = idlc_i_temp(f, sizeof(*s));

	s->path = idlc_i_copy(f, path, strlen(path));
	s->owned = b->text;
	s->owned_bytes = b->room;
	s->text = b->text;
	s->n = b->n - 1;
	if (s->n >= 3 && memcmp(s->text, "\xef\xbb\xbf", 3) == 0) {
		s->text += 3;
		s->n -= 3;
	}
	if (f->last_source)
		f->last_source->next = s;
	else
		f->sources = s;
	f->last_source = s;
	f->n_sources++;
	return s;
}

static int
read_path(struct front *f, const char *path, bool main, struct bytes *b)
{
	struct stat st;
	FILE *in;
	int r;

	if (main && strcmp(path, "-") == 0)
		return read_stream(f, stdin, b);
	/* Before it is opened: opening a pipe would wait. */
	if (stat(path, &st) != 0)
		return errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	if (!main && !S_ISREG(st.st_mode))
		return EINVAL;
	errno = 0;
	in = fopen(path, "rb");
	if (!in)
		return errno ? errno : EIO;
	r = read_stream(f, in, b);
	fclose(in);
	return r;
}

int
idlc_i_source_read(struct front *f, const char *path, bool main,
    struct source **out_source)
{
	struct bytes b = { 0 };
	int r;

	for (struct source *s = f->sources; s; s = s->next) {
		if (!s->hidden && strcmp(s->path, path) == 0) {
			*out_source = s;
			return 0;
		}
	}
	r = read_path(f, path, main, &b);
	if (r == 0 && !idlc_i_bytes_add(f, &b, "", 1))
		r = ENOMEM;
	if (r) {
		idlc_i_array_free(f, b.text, b.room, 1);
		return r;
	}
	*out_source = source_new(f, path, &b);
	(*out_source)->standard_input = main && strcmp(path, "-") == 0;
	return 0;
}

struct source *
idlc_i_source_text(struct front *f, const char *name, const char *text,
    size_t n)
{
	struct bytes b = { 0 };

	if (!idlc_i_bytes_add(f, &b, text, n) ||
	    !idlc_i_bytes_add(f, &b, "", 1)) {
		idlc_i_array_free(f, b.text, b.room, 1);
		return NULL;
	}
	return source_new(f, name, &b);
}

void
idlc_i_sources_fini(struct front *f)
{
	for (struct source *s = f->sources; s; s = s->next)
		idlc_i_array_free(f, s->owned, s->owned_bytes, 1);
	f->sources = NULL;
}

struct place *
idlc_i_place(struct front *f, const struct source *source, const char *name,
    int64_t shift)
{
	size_t n = strlen(name);
	struct place *p = oxdr_arena_take(f->mem, sizeof(*p) + n + 1,
	    _Alignof(struct place));

	if (!p) {
		f->nomem = true;
		return idlc_i_take(f, FRONT_SINK_BYTES);
	}
	memset(p, 0, sizeof(*p));
	memcpy(p->name, name, n + 1);
	p->source = source;
	p->shift = shift;
	p->order = f->n_places++;
	return p;
}

const struct place *
idlc_i_place_of(const char *file)
{
	return container_of((char *)(uintptr_t)file, struct place, name);
}

static bool
lines_make(struct front *f, struct source *s)
{
	const char *end = s->text + s->n;
	const char *p = s->text;
	uint32_t n = 1;

	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		n++;
		p++;
	}
	s->lines = idlc_i_temp_array(f, n, sizeof(*s->lines));
	if (!s->lines)
		return false;
	s->lines[s->n_lines++] = 0;
	for (p = s->text; (p = memchr(p, '\n', (size_t)(end - p))); )
		s->lines[s->n_lines++] = (uint32_t)(++p - s->text);
	return true;
}

const char *
idlc_i_source_line(struct front *f, const struct idlc_pos *pos, size_t *out_n)
{
	struct source *s;
	const char *line;
	size_t n;
	int64_t at;

	if (!pos->file)
		return NULL;
	s = (struct source *)(uintptr_t)idlc_i_place_of(pos->file)->source;
	if (!s || (!s->lines && !lines_make(f, s)))
		return NULL;
	at = (int64_t)pos->line + idlc_i_place_of(pos->file)->shift - 1;
	if (at < 0 || at >= (int64_t)s->n_lines)
		return NULL;
	line = s->text + s->lines[at];
	n = at + 1 < (int64_t)s->n_lines ?
	    (size_t)(s->lines[at + 1] - s->lines[at] - 1) :
	    (size_t)(s->text + s->n - line);
	if (n && line[n - 1] == '\r')
		n--;
	*out_n = n;
	return line;
}

size_t
idlc_i_dir_bytes(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}
