/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Result codes of calls, and what a failed one tells.
 *
 * 0: done.  Negative: it failed on our side (-ORPC_E_..., or -OXDR_E_... of
 * the codec).  Positive: the peer answered and refused (ORPC_R_..., RFC 5531
 * section 9).
 */
#ifndef ORPC_ERROR_H
#define ORPC_ERROR_H

#include <stddef.h>
#include <stdint.h>

#include <oxdr/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum orpc_error_code {
	ORPC_E_INVAL = 64,	/* an argument that the function does not take */
	ORPC_E_ADDRESS = 65,	/* an address that can't be read */
	ORPC_E_RESOLVE = 66,	/* a host name that has no address */
	ORPC_E_BINDER = 67,	/* the binder can't be asked */
	ORPC_E_UNREGISTERED = 68, /* the binder does not know the program */
	ORPC_E_CONNECT = 69,	/* no address accepted the connection */
	ORPC_E_TIMEOUT = 70,	/* the deadline passed */
	ORPC_E_CANCELLED = 71,	/* orpc_call_cancel, or the handle closed */
	ORPC_E_CLOSED = 72,	/* the peer closed the connection */
	ORPC_E_IO = 73,		/* the transport failed: os_errno */
	ORPC_E_PROTOCOL = 74,	/* bytes that are no RPC message */
	ORPC_E_DEADLOCK = 75,	/* a blocking call on the loop's own thread */
	ORPC_E_BUSY = 76,	/* a limit of calls, connections or queues */
	ORPC_E_SYSTEM = 77,	/* the operating system refused: os_errno */
	ORPC_E_EXISTS = 78,	/* registered already */
	ORPC_E_NOTFOUND = 79,	/* not registered, not served */
	ORPC_E_DENIED = 80,	/* not allowed to this caller */
	ORPC_E_NOTSUP = 81,	/* not built in, or not on this transport */
	ORPC_E_FIRST_OTHER = 128
};

/* What the peer answered, and what a handler may return. */
enum orpc_result {
	ORPC_R_PROG_UNAVAIL = 1,
	ORPC_R_PROG_MISMATCH = 2,	/* error.low, error.high */
	ORPC_R_PROC_UNAVAIL = 3,
	ORPC_R_GARBAGE_ARGS = 4,
	ORPC_R_SYSTEM_ERR = 5,
	ORPC_R_RPC_MISMATCH = 6,	/* error.low, error.high */
	ORPC_R_AUTH_BASE = 32,		/* + auth_stat of RFC 5531 section 9 */
	ORPC_R_AUTH_BADCRED = 33,
	ORPC_R_AUTH_REJECTEDCRED = 34,
	ORPC_R_AUTH_BADVERF = 35,
	ORPC_R_AUTH_REJECTEDVERF = 36,
	ORPC_R_AUTH_TOOWEAK = 37,
	ORPC_R_AUTH_INVALIDRESP = 38,
	ORPC_R_AUTH_FAILED = 39,
	ORPC_R_AUTH_LAST = 63
};

/* The step of a call or of opening that failed. */
enum orpc_step {
	ORPC_STEP_NONE,
	ORPC_STEP_ADDRESS,	/* reading the address */
	ORPC_STEP_RESOLVE,	/* host name to address */
	ORPC_STEP_BINDER,	/* asking the binder for the address */
	ORPC_STEP_CONNECT,
	ORPC_STEP_TLS,
	ORPC_STEP_ENCODE,	/* arguments to bytes */
	ORPC_STEP_SEND,
	ORPC_STEP_WAIT,		/* for the reply */
	ORPC_STEP_REPLY,	/* the peer's refusal */
	ORPC_STEP_DECODE,	/* bytes to result */
	ORPC_STEP_SERVE		/* server side: listening, registering */
};

/* Did the procedure run at the server?  Only then may a caller not repeat
 * what is not idempotent. */
enum orpc_executed {
	ORPC_EXECUTED_NO,
	ORPC_EXECUTED_MAYBE,
	ORPC_EXECUTED_YES
};

/*
 * Details of one failure.  Zeroed at the start of each call.
 */
struct orpc_error {
	int code;		/* what the function returned */
	enum orpc_step step;
	enum orpc_executed executed;
	int os_errno;		/* 0: none */
	uint32_t low;		/* versions served: PROG_MISMATCH, RPC_MISMATCH */
	uint32_t high;
	uint32_t elapsed_ms;	/* since the call began */
	uint32_t offset;	/* in the message: decoding */
	char where[128];	/* peer, binder or name concerned, as text */
};

/* Says a code in a few English words; a static string, any code.
 * Covers both libraries.  Threads: any. */
const char *orpc_strerror(int code);

/* The symbolic name: "PROG_MISMATCH", "TIMEOUT", "AUTH_TOOWEAK", "OK". */
const char *orpc_error_name(int code);

/* "connect", "binder"...  A static string. */
const char *orpc_step_name(enum orpc_step step);

/*
 * Writes a sentence or two: which step failed, with whom, after how long,
 * and what to try.  Always terminated; returns the length it would have, as
 * snprintf does.
 */
int orpc_error_text(const struct orpc_error *error, char *buf, size_t n);

#ifdef __cplusplus
}
#endif

#endif
