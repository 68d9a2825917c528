/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sessions: state of a client's that outlives its calls and its connections.
 * An id is 64 random bits, so that nobody presses another's keys; the table
 * has a fixed size, so that nobody fills the server's memory.
 */
#include "sessions.h"

#include <stddef.h>
#include <sys/random.h>

#include "arithmetic.h"

static struct session *
session_find(struct sessions *s, session_id id)
{
	for (size_t i = 0; id != 0 && i < SESSIONS_MAX; i++) {
		if (s->all[i].id == id)
			return &s->all[i];
	}
	return NULL;
}

/* A free entry, or else the one that was idle for the longest time, if that
 * was long enough. */
static struct session *
session_room(struct sessions *s, time_t now)
{
	struct session *oldest = &s->all[0];

	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		if (s->all[i].id == 0)
			return &s->all[i];
		if (s->all[i].used < oldest->used)
			oldest = &s->all[i];
	}
	return now - oldest->used >= SESSION_IDLE_S ? oldest : NULL;
}

calc_status
session_open(struct sessions *s, time_t now, session_id *out_id)
{
	struct session *entry = session_room(s, now);
	session_id id;

	if (!entry)
		return CALC_BUSY;
	do {
		if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id))
			return CALC_BUSY;
	} while (id == 0 || session_find(s, id));
	*entry = (struct session){ .id = id, .used = now };
	*out_id = id;
	return CALC_OK;
}

calc_status
session_close(struct sessions *s, session_id id)
{
	struct session *entry = session_find(s, id);

	if (!entry)
		return CALC_NO_SESSION;
	*entry = (struct session){ 0 };
	return CALC_OK;
}

calc_status
session_press(struct sessions *s, time_t now, const memory_request *request,
    double *out_value)
{
	struct session *entry = session_find(s, request->session);
	calc_status status = CALC_OK;

	if (!entry)
		return CALC_NO_SESSION;
	entry->used = now;
	switch (request->key) {
	case MEMORY_STORE:
		status = real_add(request->value, 0, &entry->memory);
		break;
	case MEMORY_ADD:
		status = real_add(entry->memory, request->value,
		    &entry->memory);
		break;
	case MEMORY_SUBTRACT:
		status = real_subtract(entry->memory, request->value,
		    &entry->memory);
		break;
	case MEMORY_RECALL:
		break;
	case MEMORY_CLEAR:
		entry->memory = 0;
		break;
	}
	if (status == CALC_OK)
		*out_value = entry->memory;
	return status;
}
