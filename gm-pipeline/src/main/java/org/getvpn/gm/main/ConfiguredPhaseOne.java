// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.main;

import java.io.IOException;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PhaseOneSettings;
import org.getvpn.gdoi.exchange.ProofOfPossession;
import org.getvpn.gdoi.exchange.RegistrationProfile;
import org.getvpn.gm.config.InvalidConfiguration;
import org.getvpn.gm.config.MemberConfiguration;
import org.getvpn.gm.config.PhaseOneFiles;
import org.getvpn.gm.registration.PhaseOneMeans;
import org.getvpn.gm.registration.PhaseOneSource;

/** Reads secrets and certificates anew at each attempt, so that a renewed one needs no restart. */
final class ConfiguredPhaseOne implements PhaseOneSource {
    private final MemberConfiguration configuration;
    private final PhaseOneFiles files;

    ConfiguredPhaseOne(MemberConfiguration configuration) {
        this.configuration = configuration;
        this.files = new PhaseOneFiles(configuration.phaseOne());
    }

    @Override
    public PhaseOneMeans meansFor(Endpoint keyServer) throws IOException {
        PhaseOneSettings settings;
        try {
            settings = files.settings();
        } catch (InvalidConfiguration e) {
            throw new IOException(e.getMessage().replace('\n', ';'), e);
        }
        SecretBytes key = files.preSharedKey(keyServer);
        String identity =
                configuration
                        .phaseOne()
                        .keyServerIdentity(configuration.keyServers().indexOf(keyServer))
                        .orElse(null);
        return new PhaseOneMeans(settings, key, identity, profile(settings));
    }

    private RegistrationProfile profile(PhaseOneSettings settings) {
        boolean proves = configuration.phaseOne().proofOfPossession();
        RegistrationProfile standard =
                proves
                        ? RegistrationProfile.rfc3547(
                                new ProofOfPossession(settings.credentials().orElseThrow()))
                        : RegistrationProfile.RFC6407;
        return standard.tolerating(configuration.phaseOne().quirks());
    }
}
