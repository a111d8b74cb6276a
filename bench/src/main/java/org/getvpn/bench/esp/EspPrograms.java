// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

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
 */
public record EspPrograms(
        Path keyServer,
        Path groupMember,
        Path memberOptions,
        String java17,
        Path wireguardGo,
        Path newerWireguardGo) {}
