/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Looking things up in type tables: names of enums, arms of unions, widths
 * of scalars.  What walks whole values is in the interp_*.c beside this.
 */
#include "xdr/interp.h"

#include "xdr/base.h"

int
oxdr_enum_has(const struct oxdr_type *type, int32_t value)
{
	return oxdr_enum_name(type, value) != NULL;
}

const char *
oxdr_enum_name(const struct oxdr_type *type, int32_t value)
{
	const struct oxdr_type *e = type_resolve(type);
	int64_t guess;

	if (!e->n)
		return NULL;
	/* Most enums count up by one. */
	guess = (int64_t)value - e->values[0].value;
	if (guess >= 0 && guess < e->n && e->values[guess].value == value &&
	    (guess == 0 || e->values[guess - 1].value != value))
		return e->values[guess].name;
	for (uint32_t i = 0; i < e->n; i++)
		if (e->values[i].value == value)
			return e->values[i].name;
	return NULL;
}

int
oxdr_enum_value(const struct oxdr_type *type, const char *name,
    int32_t *out_value)
{
	const struct oxdr_type *e = type_resolve(type);

	for (uint32_t i = 0; i < e->n; i++) {
		if (strcmp(e->values[i].name, name) != 0)
			continue;
		*out_value = e->values[i].value;
		return 0;
	}
	return -OXDR_E_ENUM;
}

int
oxdr_i_store_int(const struct oxdr_type *type, void *out, int64_t v)
{
	int32_t v32 = (int32_t)v;
	int16_t v16 = (int16_t)v;
	int8_t v8 = (int8_t)v;

	switch (type->size) {
	case 1:
		memcpy(out, &v8, sizeof(v8));
		return v8 == v ? 0 : -OXDR_E_RANGE;
	case 2:
		memcpy(out, &v16, sizeof(v16));
		return v16 == v ? 0 : -OXDR_E_RANGE;
	case 4:
		memcpy(out, &v32, sizeof(v32));
		return v32 == v ? 0 : -OXDR_E_RANGE;
	default:
		memcpy(out, &v, sizeof(v));
		return 0;
	}
}

int
oxdr_i_store_uint(const struct oxdr_type *type, void *out, uint64_t v)
{
	uint32_t v32 = (uint32_t)v;
	uint16_t v16 = (uint16_t)v;
	uint8_t v8 = (uint8_t)v;

	switch (type->size) {
	case 1:
		memcpy(out, &v8, sizeof(v8));
		return v8 == v ? 0 : -OXDR_E_RANGE;
	case 2:
		memcpy(out, &v16, sizeof(v16));
		return v16 == v ? 0 : -OXDR_E_RANGE;
	case 4:
		memcpy(out, &v32, sizeof(v32));
		return v32 == v ? 0 : -OXDR_E_RANGE;
	default:
		memcpy(out, &v, sizeof(v));
		return 0;
	}
}

int64_t
oxdr_i_disc(const struct oxdr_type *type, const void *value)
{
	const struct oxdr_type *disc = type_resolve(type->elem);
	const char *at = (const char *)value + type->members[0].offset;

	if (disc->kind == OXDR_BOOL)
		return value_uint(disc, at) != 0;
	if (disc->kind == OXDR_UINT)
		return (int64_t)value_uint(disc, at);
	return value_int(disc, at);
}

const struct oxdr_arm *
oxdr_i_arm(const struct oxdr_type *type, int64_t disc)
{
	uint32_t low = 0;
	uint32_t high = type->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (type->arms[mid].value == disc)
			return &type->arms[mid];
		if (type->arms[mid].value < disc)
			low = mid + 1;
		else
			high = mid;
	}
	return type->other;
}

unsigned
oxdr_i_bulk(const struct oxdr_type *elem)
{
	elem = type_resolve(elem);
	switch (elem->kind) {
	case OXDR_INT:
	case OXDR_UINT:
	case OXDR_FLOAT:
		return elem->size == 4 ? 4 : 0;
	case OXDR_HYPER:
	case OXDR_UHYPER:
	case OXDR_DOUBLE:
		return elem->size == 8 ? 8 : 0;
	default:
		return 0;
	}
}
