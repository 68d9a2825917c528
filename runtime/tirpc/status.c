/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * enum clnt_stat to result, step and "did it run?".  Where libtirpc leaves it
 * open whether a server has acted, the answer is "maybe".
 */
#include "runtime/tirpc/status.h"

#include <errno.h>

#include "xdr/base.h"

static const struct row {
	enum clnt_stat status;
	int result;
	enum orpc_step step;
	enum orpc_executed executed;
} rows[] = {
	/* Our codec had encoded them: they are too large for the transport. */
	{ RPC_CANTENCODEARGS, -OXDR_E_LIMIT, ORPC_STEP_ENCODE,
	    ORPC_EXECUTED_NO },
	{ RPC_CANTSEND, -ORPC_E_IO, ORPC_STEP_SEND, ORPC_EXECUTED_NO },
	{ RPC_CANTRECV, -ORPC_E_IO, ORPC_STEP_WAIT, ORPC_EXECUTED_MAYBE },
	{ RPC_TIMEDOUT, -ORPC_E_TIMEOUT, ORPC_STEP_WAIT,
	    ORPC_EXECUTED_MAYBE },
	/* Bytes that are no reply, or a body that GSS could not unwrap. */
	{ RPC_CANTDECODERES, -ORPC_E_PROTOCOL, ORPC_STEP_REPLY,
	    ORPC_EXECUTED_MAYBE },
	{ RPC_VERSMISMATCH, ORPC_R_RPC_MISMATCH, ORPC_STEP_REPLY,
	    ORPC_EXECUTED_NO },
	{ RPC_PROGUNAVAIL, ORPC_R_PROG_UNAVAIL, ORPC_STEP_REPLY,
	    ORPC_EXECUTED_NO },
	{ RPC_PROGVERSMISMATCH, ORPC_R_PROG_MISMATCH, ORPC_STEP_REPLY,
	    ORPC_EXECUTED_NO },
	{ RPC_PROCUNAVAIL, ORPC_R_PROC_UNAVAIL, ORPC_STEP_REPLY,
	    ORPC_EXECUTED_NO },
	{ RPC_CANTDECODEARGS, ORPC_R_GARBAGE_ARGS, ORPC_STEP_REPLY,
	    ORPC_EXECUTED_NO },
	{ RPC_SYSTEMERROR, ORPC_R_SYSTEM_ERR, ORPC_STEP_REPLY,
	    ORPC_EXECUTED_MAYBE },
};

/* The server's word, but for a reply whose verifier libtirpc itself did not
 * believe: then there was one. */
static int
status_auth(enum auth_stat why, struct orpc_error *error)
{
	int n = (int)why;

	error->step = ORPC_STEP_REPLY;
	error->executed = why == AUTH_INVALIDRESP ? ORPC_EXECUTED_MAYBE :
	    ORPC_EXECUTED_NO;
	if (n <= 0 || n > ORPC_R_AUTH_LAST - ORPC_R_AUTH_BASE)
		return ORPC_R_AUTH_FAILED;
	return ORPC_R_AUTH_BASE + n;
}

static int
status_io(const struct row *row, const struct rpc_err *err, bool datagram,
    struct orpc_error *error)
{
	error->os_errno = err->re_errno;
	/* An earlier copy of the datagram may have come through. */
	if (datagram)
		error->executed = ORPC_EXECUTED_MAYBE;
	/* What libtirpc makes of the end of a stream. */
	if (err->re_errno == ECONNRESET || err->re_errno == EPIPE)
		return -ORPC_E_CLOSED;
	return row->result;
}

int
orpc_i_tirpc_status(enum clnt_stat status, const struct rpc_err *err,
    bool datagram, struct orpc_error *error)
{
	static const struct row other = { RPC_FAILED, -ORPC_E_IO,
		ORPC_STEP_WAIT, ORPC_EXECUTED_MAYBE };
	const struct row *row = &other;

	if (status == RPC_SUCCESS)
		return 0;
	if (status == RPC_AUTHERROR)
		return status_auth(err->re_why, error);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].status == status)
			row = &rows[i];
	error->step = row->step;
	error->executed = row->executed;
	if (row->result == -ORPC_E_IO)
		return status_io(row, err, datagram, error);
	if (row->result == ORPC_R_PROG_MISMATCH ||
	    row->result == ORPC_R_RPC_MISMATCH) {
		error->low = (uint32_t)err->re_vers.low;
		error->high = (uint32_t)err->re_vers.high;
	}
	return row->result;
}
