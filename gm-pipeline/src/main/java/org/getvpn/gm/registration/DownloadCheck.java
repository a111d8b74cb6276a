// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.policy.AddressPreservation;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficRule;

/**
 * Whether this member can and will do what a key server asks for. What it cannot is refused as a
 * whole, before anything of it is used.
 */
final class DownloadCheck {
    private static final int MOST_TEKS = 16;
    private static final int MOST_LINES = 1024;

    private final GroupId group;

    DownloadCheck(GroupId group) {
        this.group = group;
    }

    /** What is wrong with a registration's download, in an operator's words; empty if nothing. */
    Optional<String> refuseRegistration(GroupDownload download) {
        if (download.teks().isEmpty()) {
            return Optional.of("the key server gave no TEK; look at its log");
        }
        boolean needsSenderId =
                download.teks().stream().anyMatch(tek -> tek.transform().counterMode());
        if (needsSenderId && download.senderIds().isEmpty()) {
            return Optional.of(
                    "the key server gave no sender id, which a counter-mode transform needs;"
                            + " enable sender ids for the group there");
        }
        return refuse(download);
    }

    /** What is wrong with a rekey's download; empty if nothing. */
    Optional<String> refuseRekey(GroupDownload download) {
        return refuse(download);
    }

    private Optional<String> refuse(GroupDownload download) {
        if (!download.group().equals(group)) {
            return Optional.of("the download is of group " + download.group());
        }
        if (download.teks().size() > MOST_TEKS) {
            return Optional.of(
                    download.teks().size() + " TEKs; at most " + MOST_TEKS + " are taken");
        }
        if (download.rules().size() > MOST_LINES) {
            return Optional.of(download.rules().size() + " policy lines; at most " + MOST_LINES);
        }
        return download.teks().stream()
                .map(tek -> refuse(tek, download.rules()))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> download.kek().flatMap(DownloadCheck::refuse));
    }

    private static Optional<String> refuse(Tek tek, List<TrafficRule> rules) {
        EspTransform transform = tek.transform();
        if (!EspTransform.known().contains(transform)) {
            return Optional.of("the transform " + transform + " is not known here");
        }
        if (tek.cipherKey().length() != transform.keyOctets() + transform.saltOctets()
                || tek.integrityKey().length() != transform.integrityKeyOctets()) {
            return Optional.of("a key of another length than " + transform + " has");
        }
        if (tek.addressPreservation() != AddressPreservation.BOTH) {
            return Optional.of(
                    "the TEK preserves "
                            + tek.addressPreservation()
                            + " of the addresses; this member preserves BOTH");
        }
        if (tek.remainingSeconds() <= 0) {
            return Optional.of("the TEK's lifetime is over; are the key server's clocks right?");
        }
        if (tek.selectors().size() > MOST_LINES || tek.selectors().isEmpty() && rules.isEmpty()) {
            return Optional.of(
                    tek.selectors().size()
                            + " traffic selectors; 1 to "
                            + MOST_LINES
                            + " are taken");
        }
        return Optional.empty();
    }

    private static Optional<String> refuse(Kek kek) {
        return kek.remainingSeconds() <= 0
                ? Optional.of("the KEK's lifetime is over; are the key server's clocks right?")
                : Optional.empty();
    }
}
