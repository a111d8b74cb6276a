// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * The application is compiled against one ONOS and must link with a newer one: every class and
 * member of ONOS that it names exists there. The jars are in {@code target/link-check}.
 */
class LinkCheckTest {
    private final Map<String, Shape> newest = new HashMap<>();

    /** What a class offers: its members by name and descriptor, and its parents. */
    private static final class Shape {
        final Set<String> members = new HashSet<>();
        final Set<String> parents = new HashSet<>();
    }

    @Test
    void everyReferenceToOnosResolvesInItsNewestRelease() throws IOException {
        readNewest();
        Set<String> broken = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        for (Path file : classes(Path.of("target", "classes"))) {
            check(new ClassReader(Files.readAllBytes(file)), broken, seen);
        }
        assertEquals(Set.of(), broken);
        assertTrue(seen.size() > 100, "checked only " + seen.size() + " references");
    }

    @Test
    void aMemberThatIsNotThereIsFound() throws IOException {
        readNewest();
        assertFalse(resolves("org/onosproject/core/CoreService", "fly()V"));
        assertTrue(
                resolves(
                        "org/onosproject/net/device/DeviceService",
                        "addListener(Lorg/onosproject/event/EventListener;)V"),
                "inherited members count");
    }

    private void check(ClassReader reader, Set<String> broken, Set<String> seen) {
        String from = reader.getClassName();
        reader.accept(
                new ClassRemapper(
                        new ClassVisitor(Opcodes.ASM9) {},
                        new Remapper(Opcodes.ASM9) {
                            @Override
                            public String map(String name) {
                                if (isOnos(name)) {
                                    seen.add(name);
                                    if (!newest.containsKey(name)) {
                                        broken.add(from + " needs " + name);
                                    }
                                }
                                return name;
                            }
                        }),
                0);
        reader.accept(new References(from, broken, seen), 0);
    }

    /** Follows calls and field accesses. */
    private final class References extends ClassVisitor {
        private final String from;
        private final Set<String> broken;
        private final Set<String> seen;

        References(String from, Set<String> broken, Set<String> seen) {
            super(Opcodes.ASM9);
            this.from = from;
            this.broken = broken;
            this.seen = seen;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] thrown) {
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitMethodInsn(
                        int opcode, String owner, String member, String type, boolean isInterface) {
                    reference(owner, member + type);
                }

                @Override
                public void visitFieldInsn(int opcode, String owner, String member, String type) {
                    reference(owner, member + ":" + type);
                }

                @Override
                public void visitInvokeDynamicInsn(
                        String member, String type, Handle bootstrap, Object... arguments) {
                    for (Object argument : arguments) {
                        if (argument instanceof Handle) {
                            Handle handle = (Handle) argument;
                            reference(handle.getOwner(), handle.getName() + handle.getDesc());
                        }
                    }
                }
            };
        }

        private void reference(String owner, String member) {
            String of =
                    owner.startsWith("[")
                            ? Type.getType(owner).getElementType().getInternalName()
                            : owner;
            if (isOnos(of) && !owner.startsWith("[")) {
                seen.add(of + "." + member);
                if (!resolves(of, member)) {
                    broken.add(from + " needs " + of + "." + member);
                }
            }
        }
    }

    /** Whether the member is there or in a parent; parents outside ONOS are taken as complete. */
    private boolean resolves(String owner, String member) {
        Shape shape = newest.get(owner);
        if (shape == null) {
            return !isOnos(owner) && declaredOutside(owner, member);
        }
        return shape.members.contains(member)
                || shape.parents.stream().anyMatch(parent -> resolves(parent, member));
    }

    /** Java's own and libraries' classes, by what the test runs with. */
    private static boolean declaredOutside(String owner, String member) {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(owner + ".class")) {
            if (in == null) {
                return true;
            }
            Shape shape = shape(new ClassReader(in));
            return shape.members.contains(member)
                    || shape.parents.stream().anyMatch(parent -> declaredOutside(parent, member));
        } catch (IOException e) {
            throw new AssertionError(owner, e);
        }
    }

    private void readNewest() throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(Path.of("target", "link-check"))) {
            jars = files.filter(f -> f.toString().endsWith(".jar")).collect(Collectors.toList());
        }
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile())) {
                for (JarEntry entry : file.stream().collect(Collectors.toList())) {
                    if (entry.getName().endsWith(".class")) {
                        ClassReader reader = new ClassReader(file.getInputStream(entry));
                        newest.put(reader.getClassName(), shape(reader));
                    }
                }
            }
        }
        assertTrue(newest.containsKey("org/onosproject/core/CoreService"), jars.toString());
    }

    private static Shape shape(ClassReader reader) {
        Shape shape = new Shape();
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public void visit(
                            int version,
                            int access,
                            String name,
                            String signature,
                            String parent,
                            String[] interfaces) {
                        if (parent != null) {
                            shape.parents.add(parent);
                        }
                        shape.parents.addAll(Set.of(interfaces));
                    }

                    @Override
                    public MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            String signature,
                            String[] thrown) {
                        shape.members.add(name + descriptor);
                        return null;
                    }

                    @Override
                    public FieldVisitor visitField(
                            int access,
                            String name,
                            String descriptor,
                            String signature,
                            Object value) {
                        shape.members.add(name + ":" + descriptor);
                        return null;
                    }
                },
                ClassReader.SKIP_CODE);
        return shape;
    }

    private static List<Path> classes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(".class")).collect(Collectors.toList());
        }
    }

    private static boolean isOnos(String name) {
        return name.startsWith("org/onosproject/") || name.startsWith("org/onlab/");
    }
}
