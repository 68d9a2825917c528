/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the printers of put and get share.
 */
#ifndef IDLC_EMIT_CODEC_H
#define IDLC_EMIT_CODEC_H

#include "idlc/emit/emit.h"

/* What a function's code needs beside its parameters. */
struct codec_uses {
	bool bytes;	/* p */
	bool error;
	bool word;
	bool number;
	bool mem;
	bool flags;
	bool arena;
	bool secret;
	bool value;
};

/*
 * One function being printed.
 *
 * in_arm   inside a switch of a loop
 * first    its first declaration; NULL: v is a parameter
 */
struct codec {
	struct emit *e;
	struct out *o;
	const char *first;
	enum plan_way way;
	struct codec_uses uses;
	bool in_arm;
};

/* Variables of the function, and (void) for parameters without a use. */
void codec_declare(struct codec *c, const struct plan_body *body);

/* "error = CALL; if (error) return error;", or "return CALL;". */
void codec_call(struct codec *c, const char *call, bool last);

/* A run; returns whether it has returned from the function. */
bool codec_run(struct codec *c, const struct plan_op *op, bool last);

/* Is the run a single call, such as oxdr_put_i32(w, v->x)? */
bool codec_is_one_call(const struct codec *c, const struct plan_op *op);

/* The checks that stores need beforehand, and stores or loads at `base`. */
void codec_checks(struct codec *c, const struct plan_slot *slots);
void codec_slots(struct codec *c, const struct plan_slot *slots,
    const char *base);

#endif
