/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Batches of outgoing messages: see outgoing.h.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"
#include "runtime/channel/outgoing.h"

_Static_assert(sizeof(struct oxdr_piece) == sizeof(struct iovec) &&
    offsetof(struct oxdr_piece, base) == offsetof(struct iovec, iov_base) &&
    offsetof(struct oxdr_piece, len) == offsetof(struct iovec, iov_len),
    "a piece is an iovec");

/* Pieces handed to the kernel at once when the first is partly sent. */
#define WINDOW 64u

struct outgoing *
orpc_i_outgoing_new(size_t chunk)
{
	struct outgoing *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	oxdr_writer_init(&o->w, NULL, SIZE_MAX);
	/* The first chunk is as large as what is first asked for. */
	if (!oxdr_reserve(&o->w, chunk)) {
		free(o);
		return NULL;
	}
	oxdr_writer_reset(&o->w);
	o->w.flags |= OXDR_WRITER_GATHER;
	return o;
}

static void
outgoing_release(struct outgoing *o)
{
	while (o->n_holds) {
		struct outgoing_hold *hold = &o->holds[--o->n_holds];

		hold->release(hold->ctx);
	}
}

void
orpc_i_outgoing_reset(struct outgoing *o)
{
	outgoing_release(o);
	oxdr_writer_reset(&o->w);
	o->sent = o->piece = o->piece_at = 0;
	o->next = NULL;
	o->channel = NULL;
}

void
orpc_i_outgoing_free(struct outgoing *o)
{
	if (!o)
		return;
	outgoing_release(o);
	oxdr_writer_fini(&o->w);
	free(o->holds);
	free(o);
}

int
orpc_i_outgoing_hold_room(struct outgoing *o)
{
	size_t max = o->max_holds ? o->max_holds * 2 : 4;
	struct outgoing_hold *holds;

	if (o->n_holds < o->max_holds)
		return 0;
	holds = realloc(o->holds, max * sizeof(*holds));
	if (!holds)
		return -OXDR_E_NOMEM;
	o->holds = holds;
	o->max_holds = max;
	return 0;
}

void
orpc_i_outgoing_hold(struct outgoing *o, const struct outgoing_hold *hold)
{
	assert(o->n_holds < o->max_holds);
	o->holds[o->n_holds++] = *hold;
}

/* Calls fn for each unsent piece that lies wholly in [from, to): whatever is
 * referenced there is such a piece. */
static void
outgoing_each(struct outgoing *o, const struct outgoing_hold *hold,
    void (*fn)(struct oxdr_piece *piece, void *ctx), void *ctx)
{
	const struct oxdr_piece *pieces;
	size_t n_pieces;
	size_t at = 0;

	if (oxdr_writer_iov(&o->w, &pieces, &n_pieces))
		return;
	for (size_t i = 0; i < n_pieces && i < o->w.n_pieces; i++) {
		/* The writer's own row, lent as const. */
		struct oxdr_piece *piece =
		    (struct oxdr_piece *)(uintptr_t)&pieces[i];

		if (i >= o->piece && at >= hold->from &&
		    at + piece->len <= hold->to)
			fn(piece, ctx);
		at += piece->len;
	}
}

static void
piece_count(struct oxdr_piece *piece, void *ctx)
{
	size_t *bytes = ctx;

	*bytes += piece->len;
}

/* Moves a piece to *at. */
static void
piece_move(struct oxdr_piece *piece, void *ctx)
{
	uint8_t **at = ctx;

	memcpy(*at, piece->base, piece->len);
	piece->base = *at;
	*at += piece->len;
}

int
orpc_i_outgoing_own(struct outgoing *o, const void *ctx, bool *out_found)
{
	struct outgoing_hold *hold = NULL;
	struct outgoing_hold old;
	size_t bytes = 0;
	uint8_t *copy;
	uint8_t *at;

	for (size_t i = 0; i < o->n_holds && !hold; i++)
		if (o->holds[i].ctx == ctx)
			hold = &o->holds[i];
	*out_found = hold != NULL;
	if (!hold)
		return 0;
	outgoing_each(o, hold, piece_count, &bytes);
	if (bytes > OUTGOING_OWN_MAX)
		return -OXDR_E_LIMIT;
	at = copy = malloc(bytes ? bytes : 1);
	if (!copy)
		return -OXDR_E_NOMEM;
	outgoing_each(o, hold, piece_move, &at);
	old = *hold;
	hold->release = free;
	hold->ctx = copy;
	old.release(old.ctx);
	return 0;
}

/* Notes that n bytes of the pieces have left. */
static void
outgoing_advance(struct outgoing *o, const struct oxdr_piece *pieces, size_t n)
{
	o->sent += n;
	while (n) {
		size_t left = pieces[o->piece].len - o->piece_at;

		/* The last piece may still grow: stay in it at its end. */
		if (n < left || (n == left && o->piece == o->w.n_pieces)) {
			o->piece_at += n;
			return;
		}
		n -= left;
		o->piece++;
		o->piece_at = 0;
	}
}

/* One system call's worth. */
static int
outgoing_send_some(struct outgoing *o, struct transport *t,
    const struct oxdr_piece *pieces, size_t n_pieces, size_t *out_n)
{
	const struct iovec *iov = (const struct iovec *)&pieces[o->piece];
	size_t n = n_pieces - o->piece;
	struct iovec window[WINDOW];

	if (o->piece_at) {
		if (n > WINDOW)
			n = WINDOW;
		for (size_t i = 0; i < n; i++)
			window[i] = iov[i];
		window[0].iov_base =
		    (uint8_t *)window[0].iov_base + o->piece_at;
		window[0].iov_len -= o->piece_at;
		iov = window;
	}
	return t->ops->send(t, iov, n, out_n);
}

int
orpc_i_outgoing_send(struct outgoing *o, struct transport *t, size_t *out_n)
{
	const struct oxdr_piece *pieces;
	size_t n_pieces;
	size_t n;
	int e;

	*out_n = 0;
	e = oxdr_writer_iov(&o->w, &pieces, &n_pieces);
	if (e)
		return e;
	while (orpc_i_outgoing_left(o)) {
		/* A closed piece that was sent to its end before it closed. */
		if (o->piece_at == pieces[o->piece].len) {
			o->piece++;
			o->piece_at = 0;
		}
		e = outgoing_send_some(o, t, pieces, n_pieces, &n);
		if (e)
			return e;
		*out_n += n;
		outgoing_advance(o, pieces, n);
	}
	return 0;
}
