/* SPDX-License-Identifier: Apache-2.0 */
/* AES-256-GCM of Intel's multi-buffer library for IPsec in a loop of C, as a shared library, so that the same
 * thread can run this and ours in turn: a new IV for each packet, 8 octets of associated data, an ICV of 16,
 * and 64 packets in turn. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { PACKETS = 64, ROOM = 2048, HEADER = 8, ICV = 16 };

typedef void expand_key(const void *secret, void *key);
typedef void seal(const void *key, void *context, uint8_t *out, const uint8_t *in, uint64_t octets,
                  const uint8_t *nonce, const uint8_t *aad, uint64_t aad_octets, uint8_t *icv,
                  uint64_t icv_octets);

static uint8_t clear_text[PACKETS * ROOM] __attribute__((aligned(64)));
static uint8_t sealed[PACKETS * ROOM] __attribute__((aligned(64)));
/* longer than any version's structures */
static uint8_t key[2048] __attribute__((aligned(64)));
static uint8_t context[256] __attribute__((aligned(64)));
static uint8_t nonce[12];
static uint64_t iv;
static seal *encrypt;

static void *function(void *library, const char *name, const char *architecture)
{
    char symbol[64];

    snprintf(symbol, sizeof symbol, "aes_gcm_%s_256_%s", name, architecture);
    return dlsym(library, symbol);
}

/* Takes that one of the library's implementations; 0 if there is none. */
int gcm_loop_prepare(const char *file, const char *architecture)
{
    uint8_t secret[32];
    void *library = dlopen(file, RTLD_NOW);
    expand_key *expand;

    if (library == NULL) {
        return 0;
    }
    expand = (expand_key *)function(library, "pre", architecture);
    encrypt = (seal *)function(library, "enc", architecture);
    if (expand == NULL || encrypt == NULL) {
        return 0;
    }
    memset(secret, 0x5a, sizeof secret);
    expand(secret, key);
    return 1;
}

/* Encrypts each of the packets once. At most ROOM - HEADER - ICV octets. */
void gcm_loop_run(uint64_t octets)
{
    for (int i = 0; i < PACKETS; i++) {
        uint8_t *packet = sealed + i * ROOM;

        iv++;
        memcpy(nonce + 4, &iv, sizeof iv);
        encrypt(key, context, packet + HEADER, clear_text + i * ROOM, octets, nonce, packet, HEADER,
                packet + HEADER + octets, ICV);
    }
}
