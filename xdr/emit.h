/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Characters on their way to an oxdr_text_fn, a few hundred at a time.
 */
#ifndef OXDR_EMIT_H
#define OXDR_EMIT_H

#include <string.h>

#include <oxdr/text.h>

/* `result` is what the function returned, if not 0; it sticks. */
struct emit {
	oxdr_text_fn *fn;
	void *ctx;
	size_t n;
	int result;
	char text[512];
};

static inline void
emit_init(struct emit *e, oxdr_text_fn *fn, void *ctx)
{
	e->fn = fn;
	e->ctx = ctx;
	e->n = 0;
	e->result = 0;
}

/* Hands on what is collected. */
static inline int
emit_flush(struct emit *e)
{
	if (e->n && !e->result)
		e->result = e->fn(e->ctx, e->text, e->n);
	e->n = 0;
	return e->result;
}

static inline int
emit_text(struct emit *e, const char *text, size_t n)
{
	if (n > sizeof(e->text) - e->n && emit_flush(e))
		return e->result;
	if (n > sizeof(e->text)) {
		if (!e->result)
			e->result = e->fn(e->ctx, text, n);
		return e->result;
	}
	memcpy(e->text + e->n, text, n);
	e->n += n;
	return e->result;
}

static inline int
emit_string(struct emit *e, const char *text)
{
	return emit_text(e, text, strlen(text));
}

static inline int
emit_char(struct emit *e, char c)
{
	return emit_text(e, &c, 1);
}

/* Bytes in lower-case hexadecimal. */
static inline int
emit_hex(struct emit *e, const void *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *b = bytes;

	for (size_t i = 0; i < n && !e->result; i++) {
		char pair[2] = { digits[b[i] >> 4], digits[b[i] & 15] };

		emit_text(e, pair, 2);
	}
	return e->result;
}

/* Starts a line at this depth; deep ones are not indented further. */
static inline int
emit_line(struct emit *e, size_t level, unsigned indent)
{
	emit_char(e, '\n');
	for (size_t i = level < 40 ? level * indent : 40 * indent; i; i--)
		emit_char(e, ' ');
	return e->result;
}

/*
 * Where a printer stands between brackets: what a separator depends on.
 *
 * level   brackets that are open
 * first   nothing stands behind the last opening bracket yet
 */
struct place {
	size_t level;
	unsigned indent;
	int first;
};

static inline int
emit_open(struct emit *e, struct place *at, char bracket)
{
	at->level++;
	at->first = 1;
	return emit_char(e, bracket);
}

static inline int
emit_close(struct emit *e, struct place *at, char bracket)
{
	at->level--;
	if (!at->first && at->indent)
		emit_line(e, at->level, at->indent);
	at->first = 0;
	return emit_char(e, bracket == '{' ? '}' : ']');
}

#endif
