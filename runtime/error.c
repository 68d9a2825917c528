/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Results in words.  One table names every code; a sentence about a failure
 * is put together from the step, whom it concerned, the reason, the time it
 * took, and what a person could try next.
 */
#include <orpc/error.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "xdr/base.h"

struct code_words {
	int code;
	const char *name;
	const char *text;
};

static const struct code_words ours[] = {
	{ ORPC_E_INVAL, "INVAL", "invalid argument" },
	{ ORPC_E_ADDRESS, "ADDRESS", "the address can't be read" },
	{ ORPC_E_RESOLVE, "RESOLVE", "the host name has no address" },
	{ ORPC_E_BINDER, "BINDER", "the binder can't be asked" },
	{ ORPC_E_UNREGISTERED, "UNREGISTERED",
	    "the program is not registered with the binder" },
	{ ORPC_E_CONNECT, "CONNECT", "no address accepted the connection" },
	{ ORPC_E_TIMEOUT, "TIMEOUT", "timed out" },
	{ ORPC_E_CANCELLED, "CANCELLED", "cancelled" },
	{ ORPC_E_CLOSED, "CLOSED", "the peer closed the connection" },
	{ ORPC_E_IO, "IO", "the transport failed" },
	{ ORPC_E_PROTOCOL, "PROTOCOL", "the bytes are no RPC message" },
	{ ORPC_E_DEADLOCK, "DEADLOCK",
	    "a blocking call on the thread of its own loop" },
	{ ORPC_E_BUSY, "BUSY", "a limit is reached" },
	{ ORPC_E_SYSTEM, "SYSTEM", "the operating system refused" },
	{ ORPC_E_EXISTS, "EXISTS", "registered already" },
	{ ORPC_E_NOTFOUND, "NOTFOUND", "not found" },
	{ ORPC_E_DENIED, "DENIED", "not allowed" },
	{ ORPC_E_NOTSUP, "NOTSUP", "not supported" },
};

static const struct code_words codec[] = {
	{ OXDR_E_NOMEM, "NOMEM", NULL },
	{ OXDR_E_SHORT, "SHORT", NULL },
	{ OXDR_E_LIMIT, "LIMIT", NULL },
	{ OXDR_E_BOUND, "BOUND", NULL },
	{ OXDR_E_ENUM, "ENUM", NULL },
	{ OXDR_E_BOOL, "BOOL", NULL },
	{ OXDR_E_UNION, "UNION", NULL },
	{ OXDR_E_PADDING, "PADDING", NULL },
	{ OXDR_E_NUL, "NUL", NULL },
	{ OXDR_E_NULL, "NULL", NULL },
	{ OXDR_E_RANGE, "RANGE", NULL },
	{ OXDR_E_DEPTH, "DEPTH", NULL },
	{ OXDR_E_TRAILING, "TRAILING", NULL },
	{ OXDR_E_SYNTAX, "SYNTAX", NULL },
	{ OXDR_E_INVAL, "INVAL", NULL },
};

/* RFC 5531 section 9; the GSS pair is RFC 2203's. */
static const struct code_words peers[] = {
	{ ORPC_R_PROG_UNAVAIL, "PROG_UNAVAIL",
	    "the server does not have the program" },
	{ ORPC_R_PROG_MISMATCH, "PROG_MISMATCH",
	    "the server does not have this version of the program" },
	{ ORPC_R_PROC_UNAVAIL, "PROC_UNAVAIL",
	    "the server does not have the procedure" },
	{ ORPC_R_GARBAGE_ARGS, "GARBAGE_ARGS",
	    "the server can't decode the arguments" },
	{ ORPC_R_SYSTEM_ERR, "SYSTEM_ERR", "the server failed" },
	{ ORPC_R_RPC_MISMATCH, "RPC_MISMATCH",
	    "the server does not speak this version of RPC" },
	{ ORPC_R_AUTH_BADCRED, "AUTH_BADCRED",
	    "the server rejected the credential as malformed" },
	{ ORPC_R_AUTH_REJECTEDCRED, "AUTH_REJECTEDCRED",
	    "the server rejected the credential" },
	{ ORPC_R_AUTH_BADVERF, "AUTH_BADVERF",
	    "the server rejected the verifier as malformed" },
	{ ORPC_R_AUTH_REJECTEDVERF, "AUTH_REJECTEDVERF",
	    "the server rejected the verifier" },
	{ ORPC_R_AUTH_TOOWEAK, "AUTH_TOOWEAK",
	    "the server wants stronger authentication" },
	{ ORPC_R_AUTH_INVALIDRESP, "AUTH_INVALIDRESP",
	    "the server's verifier is invalid" },
	{ ORPC_R_AUTH_FAILED, "AUTH_FAILED", "authentication failed" },
	{ ORPC_R_AUTH_BASE + 13, "RPCSEC_GSS_CREDPROBLEM",
	    "the server does not know the GSS credential" },
	{ ORPC_R_AUTH_BASE + 14, "RPCSEC_GSS_CTXPROBLEM",
	    "the server does not know the GSS context" },
};

static const struct code_words *
words_find(const struct code_words *table, size_t n, int code)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].code == code)
			return &table[i];
	return NULL;
}

/* NULL for codes of the codec that we do not know. */
static const struct code_words *
words_of(int code)
{
	if (code > 0)
		return words_find(peers, ARRAY_LEN(peers), code);
	if (code > -OXDR_E_FIRST_OTHER)
		return words_find(codec, ARRAY_LEN(codec), -code);
	return words_find(ours, ARRAY_LEN(ours), -code);
}

const char *
orpc_strerror(int code)
{
	const struct code_words *words;

	if (code == 0)
		return "done";
	if (code < 0 && code > -OXDR_E_FIRST_OTHER)
		return oxdr_strerror(code);
	words = words_of(code);
	if (words)
		return words->text;
	if (code > ORPC_R_AUTH_BASE && code <= ORPC_R_AUTH_LAST)
		return "authentication failed for a reason we do not know";
	return "unknown result";
}

const char *
orpc_error_name(int code)
{
	const struct code_words *words = words_of(code);

	if (code == 0)
		return "OK";
	if (words)
		return words->name;
	if (code > ORPC_R_AUTH_BASE && code <= ORPC_R_AUTH_LAST)
		return "AUTH_ERROR";
	return "UNKNOWN";
}

const char *
orpc_step_name(enum orpc_step step)
{
	static const char *const names[] = {
		[ORPC_STEP_NONE] = "none",
		[ORPC_STEP_ADDRESS] = "address",
		[ORPC_STEP_RESOLVE] = "resolve",
		[ORPC_STEP_BINDER] = "binder",
		[ORPC_STEP_CONNECT] = "connect",
		[ORPC_STEP_TLS] = "tls",
		[ORPC_STEP_ENCODE] = "encode",
		[ORPC_STEP_SEND] = "send",
		[ORPC_STEP_WAIT] = "wait",
		[ORPC_STEP_REPLY] = "reply",
		[ORPC_STEP_DECODE] = "decode",
		[ORPC_STEP_SERVE] = "serve",
	};

	return (size_t)step < ARRAY_LEN(names) ? names[step] : "unknown";
}

/* ---- Sentences -------------------------------------------------------------- */

struct text {
	char *buf;
	size_t n;
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void
text_add(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->used < t->n ? t->buf + t->used : NULL,
	    t->used < t->n ? t->n - t->used : 0, format, args);
	va_end(args);
	if (n > 0)
		t->used += (size_t)n;
}

/* What was being done, to be followed by the name concerned. */
static const char *
step_doing(enum orpc_step step)
{
	switch (step) {
	case ORPC_STEP_ADDRESS: return "reading the address";
	case ORPC_STEP_RESOLVE: return "looking up the host";
	case ORPC_STEP_BINDER: return "asking the binder at";
	case ORPC_STEP_CONNECT: return "connecting to";
	case ORPC_STEP_TLS: return "starting TLS with";
	case ORPC_STEP_ENCODE: return "encoding the arguments for";
	case ORPC_STEP_SEND: return "sending to";
	case ORPC_STEP_WAIT: return "waiting for the reply of";
	case ORPC_STEP_REPLY: return "calling";
	case ORPC_STEP_DECODE: return "decoding the reply of";
	case ORPC_STEP_SERVE: return "serving at";
	default: return NULL;
	}
}

/* The same without a name. */
static const char *
step_alone(enum orpc_step step)
{
	switch (step) {
	case ORPC_STEP_BINDER: return "asking the binder";
	case ORPC_STEP_CONNECT: return "connecting";
	case ORPC_STEP_TLS: return "starting TLS";
	case ORPC_STEP_ENCODE: return "encoding the arguments";
	case ORPC_STEP_SEND: return "sending the call";
	case ORPC_STEP_WAIT: return "waiting for the reply";
	case ORPC_STEP_REPLY: return "calling";
	case ORPC_STEP_DECODE: return "decoding the reply";
	case ORPC_STEP_SERVE: return "serving";
	default: return step_doing(step);
	}
}

static const char *
hint_for_step(enum orpc_step step)
{
	switch (step) {
	case ORPC_STEP_RESOLVE:
		return "check the name and the resolver (getent hosts NAME)";
	case ORPC_STEP_BINDER:
		return "check that rpcbind or orpcbind runs there, or give "
		    "the port in the address";
	case ORPC_STEP_CONNECT:
		return "check that the server runs, its port and the firewall";
	case ORPC_STEP_WAIT:
		return "the server may be busy or stopped; a longer deadline "
		    "may help";
	default:
		return NULL;
	}
}

static const char *
hint_for(const struct orpc_error *e)
{
	switch (e->code) {
	case -ORPC_E_ADDRESS:
		return "addresses look like tcp://host:port, udp://host, "
		    "unix:/path";
	case -ORPC_E_UNREGISTERED:
		return "check that the server runs and registered "
		    "(orpcinfo -p HOST)";
	case -OXDR_E_LIMIT:
		return e->step == ORPC_STEP_WAIT ? "what listens there may "
		    "not speak ONC RPC, or the reply is too large" : NULL;
	case -ORPC_E_DEADLOCK:
		return "use the asynchronous call there";
	case ORPC_R_PROG_UNAVAIL:
		return "another server may have taken the port";
	case ORPC_R_GARBAGE_ARGS:
		return "client and server may be built from different .x files";
	case ORPC_R_AUTH_TOOWEAK:
		return "send a credential (AUTH_SYS or better)";
	case -ORPC_E_RESOLVE: case -ORPC_E_CONNECT: case -ORPC_E_TIMEOUT:
	case -ORPC_E_BINDER:
		return hint_for_step(e->step);
	default:
		return NULL;
	}
}

static void
add_elapsed(struct text *t, uint32_t ms)
{
	if (ms >= 1000)
		text_add(t, " after %u.%u s", ms / 1000, ms % 1000 / 100);
	else if (ms > 0)
		text_add(t, " after %u ms", ms);
}

static void
add_reason(struct text *t, const struct orpc_error *e)
{
	text_add(t, "%s", orpc_strerror(e->code));
	add_elapsed(t, e->elapsed_ms);
	if (e->os_errno) {
		char why[128];

		/* The GNU form returns the text, wherever it is. */
		text_add(t, " (%s)", strerror_r(e->os_errno, why, sizeof(why)));
	}
	if (e->code == ORPC_R_PROG_MISMATCH || e->code == ORPC_R_RPC_MISMATCH)
		text_add(t, " (it has versions %u to %u)", e->low, e->high);
	if (e->step == ORPC_STEP_DECODE && e->offset)
		text_add(t, " (at byte %u of the message)", e->offset);
}

int
orpc_error_text(const struct orpc_error *e, char *buf, size_t n)
{
	struct text t = { buf, n, 0 };
	const char *doing, *hint = hint_for(e);

	if (n)
		buf[0] = '\0';
	if (e->code == 0) {
		text_add(&t, "%s", orpc_strerror(0));
		return (int)t.used;
	}
	doing = e->where[0] ? step_doing(e->step) : step_alone(e->step);
	if (doing)
		text_add(&t, "%s%s%.*s: ", doing, e->where[0] ? " " : "",
		    (int)sizeof(e->where), e->where);
	add_reason(&t, e);
	if (e->executed == ORPC_EXECUTED_MAYBE)
		text_add(&t, "; the procedure may have run");
	if (hint)
		text_add(&t, "; %s", hint);
	return (int)t.used;
}
