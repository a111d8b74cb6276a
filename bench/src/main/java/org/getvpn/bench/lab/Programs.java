// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

import java.nio.file.Path;

/**
 * What is compared.
 *
 * @param keyServer our packed key server
 * @param groupMember our packed group member
 * @param memberOptions what the launcher gives the group member's Java
 * @param java17 home of a JDK 17, for the key server
 * @param wireguardGo as this system installs it; may be missing
 * @param newerWireguardGo one of a later release; may be missing
 * @param lab Python modules of the Mininet WAN
 */
public record Programs(
        Path keyServer,
        Path groupMember,
        Path memberOptions,
        String java17,
        Path wireguardGo,
        Path newerWireguardGo,
        Path lab) {}
