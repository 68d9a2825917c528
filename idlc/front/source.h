/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files and places.  A position's `file` string is the name inside a struct
 * place: the stages see a plain file name, and a diagnostic finds its way
 * from it back to the bytes (idlc_i_place_of), also behind line markers and
 * macros.
 */
#ifndef IDLC_FRONT_SOURCE_H
#define IDLC_FRONT_SOURCE_H

#include "idlc/front/front.h"

/*
 * A file as read.  text is followed by a NUL and starts behind a byte order
 * mark.  lines: offsets of the lines' first bytes, made when first asked for.
 */
struct source {
	const char *path;
	const char *text;
	size_t n;
	uint32_t *lines;
	uint32_t n_lines;
	bool standard_input;
	struct source *next;
	void *owned;
	size_t owned_bytes;
	uint32_t including;	/* how often it stands in the include stack */
	bool once;		/* #pragma once was seen */
	bool hidden;		/* not for dependency output */
	bool parsed;		/* the main file, or imported */
};

/*
 * A name under which a part of a source goes: one for the file, one more for
 * each line marker, include and macro.  shift: physical line minus presumed
 * line.
 */
struct place {
	const struct source *source;
	int64_t shift;
	const struct macro *macro;	/* text came out of this macro */
	struct idlc_pos from;		/* the #include; file NULL: none */
	uint32_t order;
	char name[];
};

/*
 * Reads a file; one that was read before is given again.
 *
 * main   the input itself, which may be standard input ("-"), a pipe or the
 *        like; what is included must be an ordinary file
 *
 * Returns 0 and the source, or an errno value: EFBIG for more than
 * SOURCE_MAX_BYTES, EISDIR for a directory, EINVAL for another kind of file.
 */
#define SOURCE_MAX_BYTES ((size_t)1 << 30)
int idlc_i_source_read(struct front *f, const char *path, bool main,
    struct source **out_source);

/* Takes text from memory; it is copied. */
struct source *idlc_i_source_text(struct front *f, const char *name,
    const char *text, size_t n);

void idlc_i_sources_fini(struct front *f);

/* A new place. */
struct place *idlc_i_place(struct front *f, const struct source *source,
    const char *name, int64_t shift);

const struct place *idlc_i_place_of(const char *file);

/* The line of a position as it stands in its file; NULL: there is none. */
const char *idlc_i_source_line(struct front *f, const struct idlc_pos *pos,
    size_t *out_n);

/* The directory part of a path with its slash; n 0: there is none. */
size_t idlc_i_dir_bytes(const char *path);

#endif
