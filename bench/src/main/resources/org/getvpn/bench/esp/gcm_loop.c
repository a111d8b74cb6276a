/* SPDX-License-Identifier: Apache-2.0 */
/* gcm_loop OCTETS MILLISECONDS: nanoseconds that AES-256-GCM of Intel's multi-buffer library for IPsec
 * takes for one packet, with a new IV for each, 8 octets of associated data, an ICV of 16, and 64 packets
 * in turn. */
#include <intel-ipsec-mb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PACKETS = 64, ROOM = 2048, HEADER = 8, ICV = 16 };

static uint8_t clear_text[PACKETS * ROOM] __attribute__((aligned(64)));
static uint8_t sealed[PACKETS * ROOM] __attribute__((aligned(64)));

static int64_t nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv)
{
    static struct gcm_key_data key __attribute__((aligned(64)));
    static struct gcm_context_data context __attribute__((aligned(64)));
    uint8_t secret[32], nonce[12] = {0};
    int64_t begin, end, now, packets = 0;
    uint64_t iv = 0;
    long octets = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    long milliseconds = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    IMB_MGR *manager;

    if (octets < 1 || octets > ROOM - HEADER - ICV || milliseconds < 1) {
        fprintf(stderr, "usage: gcm_loop OCTETS MILLISECONDS\n");
        return 2;
    }
    manager = alloc_mb_mgr(0);
    if (manager == NULL) {
        fprintf(stderr, "gcm_loop: no memory\n");
        return 1;
    }
    init_mb_mgr_auto(manager, NULL);
    memset(secret, 0x5a, sizeof secret);
    IMB_AES256_GCM_PRE(manager, secret, &key);
    begin = now = nanoseconds();
    end = begin + milliseconds * 1000000LL;
    while (now < end) {
        for (int i = 0; i < PACKETS; i++) {
            uint8_t *packet = sealed + i * ROOM;

            iv++;
            memcpy(nonce + 4, &iv, sizeof iv);
            IMB_AES256_GCM_ENC(manager, &key, &context, packet + HEADER, clear_text + i * ROOM, octets, nonce,
                               packet, HEADER, packet + HEADER + octets, ICV);
        }
        packets += PACKETS;
        now = nanoseconds();
    }
    printf("%.2f\n", (double)(now - begin) / packets);
    free_mb_mgr(manager);
    return 0;
}
