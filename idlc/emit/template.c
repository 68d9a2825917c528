/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Templates, taken apart once: what is text, what is a value, where lines end
 * and may be broken.  A template is a constant of the program, so its address
 * says which it is.
 */
#include "idlc/emit/out_i.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64 };

static size_t
slot_of(const struct templates *t, const char *source)
{
	size_t at = template_slot(t, source);

	while (t->slots[at] && t->slots[at]->source != source)
		at = (at + 1) & t->mask;
	return at;
}

static void
grow(struct templates *t)
{
	struct templates old = *t;

	t->mask = old.slots ? old.mask * 2 + 1 : FIRST_SLOTS - 1;
	t->slots = out_i_mem(calloc(t->mask + 1, sizeof(struct template *)));
	for (size_t i = 0; old.slots && i <= old.mask; i++)
		if (old.slots[i])
			t->slots[slot_of(t, old.slots[i]->source)] =
			    old.slots[i];
	free(old.slots);
}

/* The piece at *source, which moves behind it.  Its text goes to *copy. */
static struct piece
piece_of(const char **source, char **copy)
{
	const char *at = *source;
	char *text = *copy;
	struct piece p = { .text = text, .kind = PIECE_TEXT };

	if (*at == '$' && at[1] != '$') {
		p.kind = PIECE_VALUE;
		p.n = (uint32_t)strcspn(++at, "$");
		memcpy(text, at, p.n);
		at += p.n + (at[p.n] == '$');
	} else if (*at == '\v' || *at == '\f') {
		p.kind = *at++ == '\v' ? PIECE_BLANK : PIECE_JOINT;
	} else {
		while (*at && !strchr("\n\v\f", *at) &&
		    (*at != '$' || at[1] == '$')) {
			at += *at == '$';
			text[p.n++] = *at++;
		}
		if (*at == '\n') {
			text[p.n++] = *at++;
			p.kind = PIECE_LINE;
		}
	}
	*copy += p.n;
	*source = at;
	return p;
}

static struct template *
take_apart(const char *source)
{
	size_t n = strlen(source);
	/* Room for as many pieces as characters, their text behind them. */
	struct template *t = out_i_mem(malloc(sizeof(*t) +
	    n * sizeof(struct piece) + n + PIECE_OVER));
	char *copy;

	t->source = source;
	t->pieces = (struct piece *)(t + 1);
	t->n_pieces = 0;
	t->n_text = n;
	copy = (char *)(t->pieces + n);
	memset(copy, 0, n + PIECE_OVER);
	for (const char *at = source; *at; )
		t->pieces[t->n_pieces++] = piece_of(&at, &copy);
	return t;
}

struct template *
template_add(struct templates *t, const char *source)
{
	size_t at;

	if (t->n >= t->mask / 2)
		grow(t);
	at = slot_of(t, source);
	if (!t->slots[at]) {
		t->slots[at] = take_apart(source);
		t->n++;
	}
	return t->slots[at];
}

void
templates_fini(struct templates *t)
{
	for (size_t i = 0; t->slots && i <= t->mask; i++)
		free(t->slots[i]);
	free(t->slots);
	*t = (struct templates){ 0 };
}
