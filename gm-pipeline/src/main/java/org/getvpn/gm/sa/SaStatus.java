// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.Optional;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;

/**
 * One SA as an operator sees it; no key.
 *
 * @param spi its identity
 * @param transform its cipher
 * @param stage where it is in its life
 * @param sender the sender id it is or was sent with
 * @param packetsSent under that sender id
 */
public record SaStatus(
        Spi spi,
        EspTransform transform,
        KeyStage stage,
        Optional<SenderId> sender,
        long packetsSent) {}
