// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.main;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.getvpn.ks.api.ConfigurationReader;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.KeyServerConfiguration;
import org.getvpn.ks.api.TrafficLimit;

/** The YAML file of a stand-alone key server. */
final class ConfigurationFile {
    private final Path file;
    private final YAMLMapper mapper =
            new YAMLMapper(
                    YAMLFactory.builder()
                            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                            .build());

    ConfigurationFile(Path file) {
        this.file = file;
    }

    /**
     * Reads and checks the whole file.
     *
     * @throws InvalidConfiguration with every problem
     */
    KeyServerConfiguration read() throws InvalidConfiguration {
        try {
            JsonNode root = mapper.readTree(Files.readAllBytes(file));
            return withoutSwitches(ConfigurationReader.read(root));
        } catch (JsonProcessingException e) {
            throw problem(
                    "line " + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()),
                    "is no YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw problem("cannot be read", e.toString());
        }
    }

    /** What only switches can do is refused, not forgotten. */
    private static KeyServerConfiguration withoutSwitches(KeyServerConfiguration read)
            throws InvalidConfiguration {
        for (int i = 0; i < read.groups().size(); i++) {
            TrafficLimit limit = read.groups().get(i).trafficLimit();
            if (limit.isSet()) {
                throw new InvalidConfiguration(
                        List.of(
                                new InvalidConfiguration.Problem(
                                        "groups[" + i + "].tek",
                                        limit.packets() + " packets, " + limit.octets() + " octets",
                                        "packets and octets are counted by switches, which this key"
                                                + " server does not have: remove both, and set"
                                                + " lifetime to what a key may carry at most")));
            }
        }
        return read;
    }

    /** Changes when the file changes; 0 while there is none. */
    long stamp() {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    private InvalidConfiguration problem(String value, String remedy) {
        return new InvalidConfiguration(
                List.of(new InvalidConfiguration.Problem(file.toString(), value, remedy)));
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
