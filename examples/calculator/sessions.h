/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SESSIONS_H
#define SESSIONS_H

#include <time.h>

#include "calculator.h"

#define SESSIONS_MAX 256u

/* Forgotten when not used for so long and the room is needed. */
#define SESSION_IDLE_S 600

/*
 * The open sessions of a server.  Zero is valid: none.  Belongs to one
 * thread, that of the server's loop.
 */
struct sessions {
	struct session {
		session_id id;		/* 0: free */
		time_t used;
		double memory;
	} all[SESSIONS_MAX];
};

/* Opens a session: CALC_OK and *out_id, or CALC_BUSY. */
calc_status session_open(struct sessions *s, time_t now, session_id *out_id);

/* CALC_OK or CALC_NO_SESSION. */
calc_status session_close(struct sessions *s, session_id id);

/* Presses a key: *out_value is the memory afterwards, with CALC_OK. */
calc_status session_press(struct sessions *s, time_t now,
    const memory_request *request, double *out_value);

#endif
