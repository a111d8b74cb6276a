// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import org.onosproject.net.pi.model.DefaultPiPipeconf;
import org.onosproject.net.pi.model.PiPipeconf;
import org.onosproject.net.pi.model.PiPipeconfId;
import org.onosproject.net.pi.model.PiPipelineInterpreter;
import org.onosproject.net.pi.service.PiPipeconfService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Brings {@code group_member.p4}, compiled, to ONOS. */
@Component(immediate = true, service = GroupMemberPipeconf.class)
public class GroupMemberPipeconf {
    /** What netcfg names as the pipeconf of a switch with sites. */
    public static final PiPipeconfId ID = new PiPipeconfId("org.getvpn.group-member");

    private static final String P4INFO = "/org/getvpn/p4/group_member.p4info.txt";
    private static final String BMV2_JSON = "/org/getvpn/p4/group_member.json";

    @Reference protected PiPipeconfService pipeconfs;

    /** Registers the pipeconf; switches that wait for it come up. */
    @Activate
    protected void activate() {
        pipeconfs.register(pipeconf());
    }

    /** Switches keep their entries, ONOS forgets how to read them. */
    @Deactivate
    protected void deactivate() {
        pipeconfs.unregister(ID);
    }

    /** The program with its compiled artefacts and its interpreter. */
    static PiPipeconf pipeconf() {
        return DefaultPiPipeconf.builder()
                .withId(ID)
                .withPipelineModel(new P4InfoModel(p4info()))
                .addBehaviour(PiPipelineInterpreter.class, GroupMemberInterpreter.class)
                .addExtension(PiPipeconf.ExtensionType.P4_INFO_TEXT, resource(P4INFO))
                .addExtension(PiPipeconf.ExtensionType.BMV2_JSON, resource(BMV2_JSON))
                .build();
    }

    /** The p4info as the compiler wrote it. */
    static String p4info() {
        try (InputStream in = resource(P4INFO).openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL resource(String name) {
        return GroupMemberPipeconf.class.getResource(name);
    }
}
