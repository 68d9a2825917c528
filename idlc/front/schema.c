/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The library's calls: one file through all stages, and the schema that comes
 * out.
 */
#include <idlc/dump.h>
#include <idlc/idl.h>

#include <errno.h>
#include <string.h>

#include <oxdr/error.h>

#include "idlc/front/outside.h"
#include "idlc/front/parser.h"
#include "idlc/front/report.h"
#include "idlc/front/source.h"

#include "xdr/base.h"

/* The schema and what it stands on: one piece of its own arena. */
struct loaded {
	struct idlc_schema schema;
	struct oxdr_arena mem;
	struct atom_table atoms;
};

static const struct idlc_options no_options;

static void
front_init(struct front *f, const struct idlc_options *options,
    struct oxdr_arena *mem)
{
	memset(f, 0, sizeof(*f));
	f->options = options ? options : &no_options;
	f->allocator = f->options->allocator;
	f->rpcgen = f->options->dialect == IDLC_RPCGEN;
	f->tolerant = f->rpcgen && !f->options->strict;
	f->mem = mem;
	oxdr_arena_init(f->mem, f->allocator, 0);
	oxdr_arena_init(&f->temp, f->allocator, 0);
	f->file_doc = &idlc_i_no_doc;
	idlc_i_atoms_init(f);
	if (!f->nomem)
		idlc_i_report_begin(f);
}

static void
front_fini(struct front *f)
{
	idlc_i_sources_fini(f);
	idlc_i_array_free(f, f->text.text, f->text.room, 1);
	idlc_i_array_free(f, f->segments, f->room_segments,
	    sizeof(*f->segments));
	idlc_i_array_free(f, f->doc_items, f->room_doc_items,
	    sizeof(*f->doc_items));
	oxdr_arena_fini(&f->temp);
}

static void
stages(struct front *f, struct source *source)
{
	static void (*const each[])(struct front *) = {
		idlc_i_parse, idlc_i_docs, idlc_i_names, idlc_i_consts,
		idlc_i_order, idlc_i_check
	};

	source->parsed = true;
	if (f->options->cpp_command)
		source = idlc_i_outside(f, source);
	if (!source || f->nomem)
		return;
	idlc_i_cpp(f, source);
	for (size_t i = 0; i < ARRAY_LEN(each) && !f->nomem && !f->stop; i++)
		each[i](f);
}

static const char *const *
list_files(struct front *f)
{
	const char **files = oxdr_arena_take(f->mem,
	    (f->n_sources + 1) * sizeof(*files), sizeof(*files));
	size_t n = 0;

	if (!files) {
		f->nomem = true;
		return NULL;
	}
	for (const struct source *s = f->sources; s; s = s->next)
		if (!s->hidden)
			files[n++] = s->path;
	files[n] = NULL;
	return files;
}

static struct loaded *
finish(struct front *f, const char *name)
{
	struct loaded *l = oxdr_arena_take(f->mem, sizeof(*l),
	    _Alignof(struct loaded));

	if (!l) {
		f->nomem = true;
		return NULL;
	}
	memset(l, 0, sizeof(*l));
	l->schema.file = idlc_i_copy(f, name, strlen(name));
	l->schema.defs = f->defs.head;
	l->schema.n_defs = f->n_defs;
	l->schema.uses_output_symbols = f->uses_output_symbols;
	l->schema.files = list_files(f);
	l->schema.doc = f->file_doc;
	for (const struct idlc_def *d = f->defs.head; d; d = d->next)
		((struct idlc_def *)(uintptr_t)d)->user = NULL;
	l->atoms = f->atoms;
	return l;
}

static int
load(struct front *f, const char *name, struct source *source,
    struct idlc_schema **out)
{
	struct loaded *l = NULL;
	int r;

	if (!f->nomem && source)
		stages(f, source);
	if (!f->nomem && f->n_errors == 0 && !f->unreadable)
		l = finish(f, name);
	idlc_i_report_end(f);
	r = f->nomem ? -OXDR_E_NOMEM : f->unreadable ? -OXDR_E_INVAL :
	    f->n_errors ? 1 : 0;
	front_fini(f);
	if (r) {
		oxdr_arena_fini(f->mem);
		return r;
	}
	/* The arena moves into what it holds; nothing points at f->mem. */
	l->mem = *f->mem;
	*out = &l->schema;
	return 0;
}

/* Opens the main input: NULL and an error, or NULL and f->nomem. */
static struct source *
open_input(struct front *f, const char *path)
{
	struct source *source = NULL;
	int r = f->nomem ? ENOMEM : idlc_i_source_read(f, path, true, &source);

	if (r == ENOMEM) {
		f->nomem = true;
	} else if (r) {
		f->unreadable = true;
		idlc_i_error(f, E_READ, NULL, "can't read '%s': %s", path,
		    r == EFBIG ? "it is over 1 GiB" : strerror(r));
		if (r == ENOENT && !strchr(path, '.'))
			idlc_i_help(f, "interface files are named NAME.x");
	}
	return r ? NULL : source;
}

int
idlc_schema_load(const char *path, const struct idlc_options *options,
    struct idlc_schema **out)
{
	struct oxdr_arena mem;
	struct front f;

	front_init(&f, options, &mem);
	return load(&f, path, open_input(&f, path), out);
}

int
idlc_dump_tokens(const char *path, const struct idlc_options *options,
    idlc_write_fn *write, void *ctx)
{
	struct oxdr_arena mem;
	struct front f;
	struct source *source;
	int r = 0;

	front_init(&f, options, &mem);
	source = open_input(&f, path);
	if (source && f.options->cpp_command)
		source = idlc_i_outside(&f, source);
	if (source && !f.nomem) {
		idlc_i_cpp(&f, source);
		if (!f.nomem)
			r = idlc_i_tokens_print(&f, write, ctx);
	}
	idlc_i_report_end(&f);
	if (r == 0)
		r = f.nomem ? -OXDR_E_NOMEM : f.unreadable ? -OXDR_E_INVAL :
		    f.n_errors ? 1 : 0;
	front_fini(&f);
	oxdr_arena_fini(&mem);
	return r;
}

int
idlc_schema_parse(const char *name, const char *text, size_t n,
    const struct idlc_options *options, struct idlc_schema **out)
{
	struct oxdr_arena mem;
	struct front f;
	struct source *source = NULL;

	front_init(&f, options, &mem);
	if (!f.nomem)
		source = idlc_i_source_text(&f, name, text, n);
	return load(&f, name, source, out);
}

void
idlc_schema_free(struct idlc_schema *schema)
{
	struct oxdr_arena mem;

	if (!schema)
		return;
	mem = container_of(schema, struct loaded, schema)->mem;
	oxdr_arena_fini(&mem);
}

const struct idlc_def *
idlc_schema_find(const struct idlc_schema *schema, const char *name)
{
	const struct loaded *l = container_of((char *)(uintptr_t)schema,
	    struct loaded, schema);
	const struct atom *a = idlc_i_atom_find(&l->atoms, name, strlen(name));

	return a && !a->item ? a->def : NULL;
}
