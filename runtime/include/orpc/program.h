/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A program version as data: what idlc emits for `version` and what clients,
 * servers, reflection and tools read.  Plain const tables; using this header
 * needs no library.
 */
#ifndef ORPC_PROGRAM_H
#define ORPC_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include <oxdr/type.h>

#ifdef __cplusplus
extern "C" {
#endif

struct orpc_request;

/* proc.flags */
#define ORPC_PROC_IDEMPOTENT 1u	/* @idempotent: may be repeated, not cached */
#define ORPC_PROC_ONEWAY 2u	/* @oneway: our client does not wait */
#define ORPC_PROC_SECRET 4u	/* argument or result holds a @secret */
#define ORPC_PROC_DEPRECATED 8u

/*
 * A procedure.  `arg` and `res` are NULL for void, and then so are their
 * functions.  Several arguments are one struct, in order.
 *
 * number        procedure number
 * flags         ORPC_PROC_*
 * name, doc     as spelled in the .x file; doc NULL: none
 * deadline_ns   @deadline; 0: none
 * put_ and get_ functions of generated code; NULL: use the table
 */
struct orpc_proc {
	uint32_t number;
	uint32_t flags;
	const char *name;
	const char *doc;
	uint64_t deadline_ns;
	const struct oxdr_type *arg;
	const struct oxdr_type *res;
	oxdr_put_fn *put_arg;
	oxdr_get_fn *get_arg;
	oxdr_put_fn *put_res;
	oxdr_get_fn *get_res;
	const char *const *arg_names;	/* several arguments or named ones;
					   NULL-terminated; else NULL */
};

/* A version of a program; `procs` sorted by number. */
struct orpc_program {
	const char *name;
	const char *version_name;
	uint32_t number;
	uint32_t version;
	const struct orpc_proc *procs;
	uint32_t n_procs;
	const char *doc;
};

/* The procedure of this number; NULL: there is none. */
static inline const struct orpc_proc *
orpc_program_proc(const struct orpc_program *program, uint32_t number)
{
	for (uint32_t i = 0; i < program->n_procs; i++)
		if (program->procs[i].number == number)
			return &program->procs[i];
	return NULL;
}

/*
 * Calls one handler of a struct of handlers (generated).
 *
 * ops   the struct P_ops that was registered
 * arg   decoded argument, NULL for void
 * out   zeroed memory of res->size bytes, NULL for void
 *
 * Returns what the handler returned; ORPC_R_PROC_UNAVAIL when ops has none.
 */
typedef int orpc_serve_fn(struct orpc_request *rq, const void *ops,
    const void *arg, void *out);

/* A version with the means to serve it: serve[i] belongs to procs[i].  The
 * first member of every generated struct of handlers is `void *ctx`. */
struct orpc_service {
	const struct orpc_program *program;
	orpc_serve_fn *const *serve;
};

#ifdef __cplusplus
}
#endif

#endif
