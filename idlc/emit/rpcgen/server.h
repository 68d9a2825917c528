/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the two halves of a server file share: dispatchers and main().
 */
#ifndef IDLC_EMIT_RPCGEN_SERVER_H
#define IDLC_EMIT_RPCGEN_SERVER_H

#include "idlc/emit/rpcgen/classic.h"

/* When a server that inetd started ends by itself. */
enum server_idle {
	IDLE_NEVER,	/* not started by inetd, or -K -1 */
	IDLE_TIMED,	/* after some seconds without a request */
	IDLE_AT_ONCE	/* -K 0: after each request */
};

enum server_idle server_idle(const struct classic *g);

/* Made for a port monitor: -I or -5. */
bool server_is_monitored(const struct classic *g);

/* Prints the statement that tells the operator. */
void server_complain(struct classic *g, const char *text);

/* State that dispatchers share with closedown(), and closedown(). */
void server_state(struct classic *g, bool with_main);

void server_main(struct classic *g);

#endif
