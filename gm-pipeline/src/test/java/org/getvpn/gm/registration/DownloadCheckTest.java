// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.AddressPreservation;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.junit.jupiter.api.Test;

class DownloadCheckTest {
    private final DownloadCheck check = new DownloadCheck(KeyMaker.GROUP);

    @Test
    void whatAKeyServerOfThisProjectGivesIsTaken() {
        assertEquals(Optional.empty(), registration(KeyMaker.tek(300, 60)));
    }

    @Test
    void aTransformThatNobodyKnowsIsRefusedByName() {
        EspTransform tripleDes = new EspTransform(3, 24, 0, 5, 32, 8, 16, false);

        String refusal =
                registration(tek(tripleDes, 24, 32, 60, List.of(KeyMaker.ten()))).orElseThrow();

        assertTrue(refusal.contains("esp-3-192-hmac-sha256"), refusal);
    }

    @Test
    void aKeyOfTheWrongLengthIsRefused() {
        refused(tek(EspTransform.AES_GCM_16_256, 20, 0, 60, List.of(KeyMaker.ten())));
        refused(tek(EspTransform.AES_GCM_16_128, 36, 0, 60, List.of(KeyMaker.ten())));
        refused(tek(EspTransform.AES_GCM_16_256, 36, 1, 60, List.of(KeyMaker.ten())));
    }

    @Test
    void aLifetimeThatIsOverIsRefused() {
        refused(KeyMaker.tek(300, 0));
        refused(KeyMaker.tek(300, -1));
        assertTrue(
                check.refuseRekey(KeyMaker.download(KeyMaker.kek(1, 0)))
                        .orElseThrow()
                        .contains("KEK"));
    }

    @Test
    void selectorsAreBoundedAndThereIsOne() {
        refused(tek(EspTransform.AES_GCM_16_256, 36, 0, 60, List.of()));
        refused(
                tek(
                        EspTransform.AES_GCM_16_256,
                        36,
                        0,
                        60,
                        Collections.nCopies(1025, KeyMaker.ten())));
        List<TrafficRule> rules =
                Collections.nCopies(1025, new TrafficRule(TrafficRule.Action.DROP, KeyMaker.ten()));
        assertTrue(
                check.refuseRekey(KeyMaker.download(null, rules, KeyMaker.tek(300, 60)))
                        .isPresent());
    }

    @Test
    void aRegistrationBringsATekAndASenderId() {
        assertTrue(registration().orElseThrow().contains("no TEK"));
        GroupDownload withoutSenderId = KeyMaker.download(null, KeyMaker.tek(300, 60));
        assertTrue(
                check.refuseRegistration(withoutSenderId).orElseThrow().contains("no sender id"));
        assertEquals(Optional.empty(), check.refuseRekey(withoutSenderId));
    }

    @Test
    void anotherGroupsDownloadIsRefused() {
        assertTrue(
                new DownloadCheck(GroupId.number(1))
                        .refuseRekey(KeyMaker.download(null, KeyMaker.tek(300, 60)))
                        .orElseThrow()
                        .contains("1234"));
    }

    @Test
    void everyTransformThatGdoiCarriesIsTaken() {
        for (EspTransform transform : EspTransform.known()) {
            Tek offered =
                    tek(
                            transform,
                            transform.keyOctets() + transform.saltOctets(),
                            transform.integrityKeyOctets(),
                            60,
                            List.of(KeyMaker.ten()));
            assertEquals(Optional.empty(), registration(offered), transform.name());
        }
    }

    @Test
    void otherAddressesThanBothAreNotPreserved() {
        Tek tek = KeyMaker.tek(300, 60);
        Optional<String> refusal =
                registration(
                        new Tek(
                                tek.spi(),
                                tek.transform(),
                                tek.cipherKey(),
                                tek.integrityKey(),
                                60,
                                tek.direction(),
                                AddressPreservation.SOURCE,
                                tek.selectors()));
        assertTrue(refusal.orElseThrow().contains("SOURCE"), refusal.get());
    }

    private Optional<String> registration(Tek... teks) {
        return check.refuseRegistration(
                KeyMaker.offer(KeyMaker.kek(1, 3600), 0, teks)
                        .with(List.of(new SenderId(1, 24)), 0));
    }

    private void refused(Tek tek) {
        assertTrue(registration(tek).isPresent());
    }

    private static Tek tek(
            EspTransform transform,
            int keyOctets,
            int integrityOctets,
            long seconds,
            List<TrafficSelector> selectors) {
        return new Tek(
                KeyMaker.tek(300, 1).spi(),
                transform,
                SecretBytes.wrap(new byte[keyOctets]),
                SecretBytes.wrap(new byte[integrityOctets]),
                seconds,
                Tek.Direction.SYMMETRIC,
                selectors);
    }
}
