/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef OXDR_VERSION_H
#define OXDR_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The version of the library that is running, such as "0.1.0".
 *
 * Returns a string that is never freed. Threads: any.
 */
const char *oxdr_version(void);

#ifdef __cplusplus
}
#endif
#endif
