/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Doc comments and the tags in them.  While parsing, comments and items are
 * only noted with the numbers of their tokens; when the file has been read
 * each comment goes to the item that begins with the token behind it, or, for
 * the "after" forms, that ends with the token before it (a separator between
 * does not count).
 */
#include "idlc/front/parser.h"

#include <string.h>

#include "idlc/front/report.h"

#include "xdr/base.h"

const struct idlc_doc idlc_i_no_doc;

void
idlc_i_doc_item(struct parser *ps, const struct idlc_doc **doc,
    const struct span *whole)
{
	struct front *f = ps->f;
	struct doc_item *items;

	if (!f->has_docs || f->nomem)
		return;
	items = idlc_i_array_more(f, f->doc_items, f->n_doc_items,
	    &f->room_doc_items, sizeof(*items));
	if (!items)
		return;
	f->doc_items = items;
	items[f->n_doc_items++] = (struct doc_item){
		whole->first, whole->last, doc
	};
}

/* Four slashes or stars and an empty comment are decoration. */
void
idlc_i_doc_comment(struct parser *ps, const char *text, size_t n,
    const struct idlc_pos *pos)
{
	struct front *f = ps->f;
	struct doc_comment *c;

	if (n < 4 || text[3] == text[2] ||
	    (text[1] == '*' && (n < 5 || text[3] == '/')))
		return;
	c = idlc_i_temp(f, sizeof(*c));
	if (f->nomem)
		return;
	c->text = text;
	c->n = n;
	c->pos = *pos;
	c->token = ps->n_tokens;
	c->after = text[3] == '<';
	if (f->last_doc)
		f->last_doc->next = c;
	else
		f->docs = c;
	f->last_doc = c;
}

/* ---- Tags --------------------------------------------------------------- */

struct writer {
	struct front *f;
	struct idlc_doc *doc;
	struct bytes text;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

static const char *
word_end(const char *p, const char *end)
{
	while (p < end && !is_blank(*p))
		p++;
	return p;
}

static bool
read_u64(const char **p, const char *end, uint64_t *out)
{
	const char *start = *p;
	uint64_t v = 0;

	for (; *p < end && **p >= '0' && **p <= '9'; (*p)++) {
		if (v > (UINT64_MAX - 9) / 10)
			return false;
		v = v * 10 + (uint64_t)(**p - '0');
	}
	*out = v;
	return *p > start;
}

static bool
tag_deadline(struct writer *w, const char *p, const char *end)
{
	static const struct {
		char unit[3];
		uint64_t ns;
	} units[] = {
		{ "ms", 1000000 }, { "us", 1000 }, { "s", 1000000000 },
		{ "m", 60000000000 }, { "ns", 1 }
	};
	uint64_t v;

	if (!read_u64(&p, end, &v) || v == 0)
		return false;
	p = skip_blanks(p, end);
	end = word_end(p, end);
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if ((size_t)(end - p) == strlen(units[i].unit) &&
		    memcmp(p, units[i].unit, (size_t)(end - p)) == 0 &&
		    v <= UINT64_MAX / units[i].ns) {
			w->doc->deadline_ns = v * units[i].ns;
			return true;
		}
	}
	return false;
}

static bool
tag_max(struct writer *w, const char *p, const char *end)
{
	uint64_t v;

	if (!read_u64(&p, end, &v) || v > UINT32_MAX ||
	    skip_blanks(p, end) != end)
		return false;
	w->doc->has_max = true;
	w->doc->max = (uint32_t)v;
	return true;
}

static bool
tag_http(struct writer *w, const char *p, const char *end)
{
	const char *method_end = word_end(p, end);
	const char *path = skip_blanks(method_end, end);
	const char *path_end = word_end(path, end);

	if (method_end == p || path == path_end || *path != '/')
		return false;
	w->doc->http_method = idlc_i_copy(w->f, p, (size_t)(method_end - p));
	w->doc->http_path = idlc_i_copy(w->f, path, (size_t)(path_end - path));
	return true;
}

static bool
tag_deprecated(struct writer *w, const char *p, const char *end)
{
	w->doc->deprecated = idlc_i_copy(w->f, p, (size_t)(end - p));
	return true;
}

#define FLAG_TAG(name) \
	static bool \
	tag_##name(struct writer *w, const char *p, const char *end) \
	{ \
		(void)p; \
		(void)end; \
		w->doc->name = true; \
		return true; \
	}
FLAG_TAG(idempotent)
FLAG_TAG(oneway)
FLAG_TAG(open)
FLAG_TAG(secret)

static bool
tag_file(struct writer *w, const char *p, const char *end)
{
	(void)p;
	(void)end;
	w->f->file_doc = w->doc;
	return true;
}

/* What reads the rest of a tag's line, and how it should look. */
static const struct tag {
	const char *name;
	bool (*read)(struct writer *w, const char *p, const char *end);
	const char *form;
} tags[] = {
	{ "deadline", tag_deadline, "a time such as '500ms' or '2s'" },
	{ "deprecated", tag_deprecated, "" },
	{ "file", tag_file, "" },
	{ "http", tag_http, "a method and a path: 'GET /votes'" },
	{ "idempotent", tag_idempotent, "" },
	{ "max", tag_max, "a number" },
	{ "oneway", tag_oneway, "" },
	{ "open", tag_open, "" },
	{ "secret", tag_secret, "" },
};

static const char *
next_tag(void *ctx)
{
	unsigned *i = ctx;

	return *i < ARRAY_LEN(tags) ? tags[(*i)++].name : NULL;
}

/* A line that starts with '@'; pos is that place. */
static void
read_tag(struct writer *w, const char *p, const char *end,
    const struct idlc_pos *pos)
{
	const char *name_end = word_end(p, end);
	size_t n = (size_t)(name_end - p) - 1;
	const char *rest = skip_blanks(name_end, end);
	const char *near;
	unsigned i = 0;

	for (size_t t = 0; t < ARRAY_LEN(tags); t++) {
		if (strlen(tags[t].name) != n ||
		    memcmp(tags[t].name, p + 1, n) != 0)
			continue;
		if (!tags[t].read(w, rest, end)) {
			idlc_i_error(w->f, E_TAG, pos,
			    "the tag @%s needs %s", tags[t].name,
			    tags[t].form);
		}
		return;
	}
	if (w->f->tolerant)
		return;		/* rpcgen's files know nothing of tags */
	idlc_i_warn(w->f, W_UNKNOWN_TAG, pos, "unknown tag '%.*s'",
	    (int)(n > 60 ? 60 : n) + 1, p);
	near = idlc_i_nearest(idlc_i_print(w->f, "%.*s",
	    (int)(n > 60 ? 60 : n), p + 1), next_tag, &i);
	if (near)
		idlc_i_fix(w->f, pos, idlc_i_print(w->f, "@%s", near),
		    "a similar tag is '@%s'", near);
}

static bool
is_tag(const char *name, size_t n)
{
	for (size_t t = 0; t < ARRAY_LEN(tags); t++)
		if (strlen(tags[t].name) == n &&
		    memcmp(tags[t].name, name, n) == 0)
			return true;
	return false;
}

/* '@name: text' and '@name:word', as other tools document members and steer
 * generators. */
static bool
is_label(const char *name, size_t n)
{
	const char *colon = memchr(name, ':', n);

	return colon && colon > name && !is_tag(name, (size_t)(colon - name));
}

/* The first known tag behind a blank; `end` when there is none. */
static const char *
find_tag(const char *p, const char *end)
{
	for (const char *at = p; at + 1 < end; at++) {
		size_t n;

		if (*at != '@' || (at > p && !is_blank(at[-1])))
			continue;
		n = (size_t)(word_end(at, end) - at) - 1;
		if (is_tag(at + 1, n))
			return at;
		/* At a line's start it is meant to be one. */
		if (at == p && !is_label(at + 1, n))
			return at;
	}
	return end;
}

/* ---- Text --------------------------------------------------------------- */

static void
add_line(struct writer *w, const char *p, const char *end)
{
	while (end > p && is_blank(end[-1]))
		end--;
	if (w->text.n == 0 && p == end)
		return;		/* empty lines before the text */
	idlc_i_bytes_add(w->f, &w->text, p, (size_t)(end - p));
	idlc_i_bytes_add(w->f, &w->text, "\n", 1);
}

static const char *
trim(const char *p, const char *end)
{
	while (end > p && is_blank(end[-1]))
		end--;
	return end;
}

/* Goes over one comment line by line, without its marks. */
static void
read_comment(struct writer *w, const struct doc_comment *c)
{
	const char *p = c->text + 3 + c->after;
	const char *end = c->text + c->n - (c->text[1] == '*' ? 2 : 0);
	const char *bol = c->text - (c->pos.column - 1);
	struct idlc_pos pos = c->pos;
	bool first = true;

	while (p <= end && !w->f->nomem) {
		const char *nl = p < end ?
		    memchr(p, '\n', (size_t)(end - p)) : NULL;
		const char *stop = nl ? nl : end;
		const char *q = skip_blanks(p, stop);

		if (!first && q < stop && *q == '*') {
			p = q + 1;
			q = skip_blanks(p, stop);
		}
		while (stop > q && is_blank(stop[-1]))
			stop--;
		if (find_tag(q, stop) != q || q == stop)
			/* One blank belongs to the mark. */
			add_line(w, p < stop && *p == ' ' ? p + 1 : p,
			    find_tag(q, stop));
		while ((q = find_tag(q, stop)) < stop) {
			const char *next = find_tag(q + 1, stop);

			pos.column = (uint32_t)(q - bol) + 1;
			pos.n = (uint32_t)(word_end(q, stop) - q);
			read_tag(w, q, trim(q, next), &pos);
			q = next;
		}
		if (!nl)
			break;
		p = bol = nl + 1;
		pos.line++;
		first = false;
	}
}

static void
finish(struct writer *w)
{
	while (w->text.n && w->text.text[w->text.n - 1] == '\n')
		w->text.n--;
	if (w->text.n) {
		if (w->doc->text) {
			/* Shorter than it might be: a NUL ends a text. */
			const char *both = idlc_i_print(w->f, "%s\n%.*s",
			    w->doc->text, (int)w->text.n, w->text.text);

			w->doc->text = idlc_i_copy(w->f, both, strlen(both));
		} else {
			w->doc->text = idlc_i_copy(w->f, w->text.text,
			    w->text.n);
		}
	}
	idlc_i_array_free(w->f, w->text.text, w->text.room, 1);
}

/* ---- To the items ------------------------------------------------------- */

/* For each token number the outermost item that begins (or ends) there. */
static const struct doc_item **
index_items(struct front *f, uint32_t n_tokens, bool by_last)
{
	const struct doc_item **at = idlc_i_temp_array(f, n_tokens + 1,
	    sizeof(const struct doc_item *));

	if (!at)
		return NULL;
	memset(at, 0, (n_tokens + 1) * sizeof(*at));
	for (size_t i = 0; i < f->n_doc_items; i++) {
		const struct doc_item *item = &f->doc_items[i];
		uint32_t token = by_last ? item->last : item->first;

		/* Items come innermost first. */
		if (token <= n_tokens)
			at[token] = item;
	}
	return at;
}

static const struct doc_item *
item_of(const struct doc_comment *c, const struct doc_item **firsts,
    const struct doc_item **lasts)
{
	if (!c->after)
		return firsts[c->token];
	/* The token before, or the one before its separator. */
	if (c->token >= 1 && lasts[c->token - 1])
		return lasts[c->token - 1];
	return c->token >= 2 ? lasts[c->token - 2] : NULL;
}

static bool
has_file_tag(const struct doc_comment *c)
{
	for (size_t i = 0; i + 5 <= c->n; i++)
		if (memcmp(c->text + i, "@file", 5) == 0)
			return true;
	return false;
}

void
idlc_i_docs(struct front *f)
{
	const struct doc_item **firsts, **lasts;
	uint32_t n_tokens = 0;

	for (const struct doc_comment *c = f->docs; c; c = c->next)
		n_tokens = c->token;
	for (size_t i = 0; i < f->n_doc_items; i++)
		if (f->doc_items[i].last > n_tokens)
			n_tokens = f->doc_items[i].last;
	firsts = f->docs ? index_items(f, n_tokens, false) : NULL;
	lasts = firsts ? index_items(f, n_tokens, true) : NULL;
	for (const struct doc_comment *c = f->docs; c && lasts && !f->nomem;
	     c = c->next) {
		const struct doc_item *item = item_of(c, firsts, lasts);
		struct writer w = { .f = f };

		if (has_file_tag(c))
			item = NULL;
		if (item && *item->doc != &idlc_i_no_doc)
			w.doc = (struct idlc_doc *)(uintptr_t)*item->doc;
		else
			w.doc = idlc_i_take(f, sizeof(*w.doc));
		read_comment(&w, c);
		finish(&w);
		if (item)
			*item->doc = w.doc;
	}
	f->docs = f->last_doc = NULL;
	idlc_i_array_free(f, f->doc_items, f->room_doc_items,
	    sizeof(*f->doc_items));
	f->doc_items = NULL;
	f->n_doc_items = f->room_doc_items = 0;
}
