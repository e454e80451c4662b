// SPDX-License-Identifier: Apache-2.0
package perennial.ca.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// A mapping in a YAML file. Whoever reads it names each key that it understands; a key that was
/// not asked for, a key that is missing or written twice and a value of another kind are refused
/// with file and line. Scalars are taken as they are written: `2.10` is not a number.
///
/// For the thread that reads the file.
public final class Section {
    private static final int MAX_OCTETS = 1024 * 1024;

    private final Place place;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();

    private Section(String file, Node node) {
        this.place = Place.of(file, node);
        if (!(node instanceof MappingNode mapping)) {
            throw place.refused("expected keys with values");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            Place here = Place.of(file, tuple.getKeyNode());
            String key = new Value(here, tuple.getKeyNode()).text();
            if (values.put(key, tuple.getValueNode()) != null) {
                throw here.refused("key '%s' stands here twice".formatted(key));
            }
        }
    }

    /// Reads a file of one YAML document.
    ///
    /// @param reader asks for each key that is understood
    /// @throws CaException FILE_NOT_USABLE; CONFIGURATION_INVALID with file and line
    public static <T> T read(Path file, Function<Section, T> reader) {
        String text;
        try {
            if (Files.size(file) > MAX_OCTETS) {
                throw new CaException(Problem.FILE_NOT_USABLE, file + " is larger than 1 MiB");
            }
            text = Files.readString(file);
        } catch (IOException e) {
            throw new CaException(
                    Problem.FILE_NOT_USABLE, "%s cannot be read as UTF-8".formatted(file), e);
        }
        return read(String.valueOf(file.getFileName()), text, reader);
    }

    /// Reads a text that is not in a file.
    ///
    /// @param name stands for the file in what is said of errors
    public static <T> T read(String name, String text, Function<Section, T> reader) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setLabel(name)
                        .setMaxAliasesForCollections(0)
                        .setCodePointLimit(MAX_OCTETS)
                        .build();
        Node root;
        try {
            root =
                    new Composer(
                                    settings,
                                    new ParserImpl(settings, new StreamReader(settings, text)))
                            .getSingleNode()
                            .orElseThrow(() -> new Place(name, 1).refused("nothing stands in it"));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new Place(name, line).refused(String.valueOf(e.getProblem()));
        } catch (YamlEngineException e) {
            throw new Place(name, 1).refused(String.valueOf(e.getMessage()));
        }
        return whole(name, root, reader);
    }

    /// Reads bytes of a resource of ours.
    static <T> T read(String name, byte[] text, Function<Section, T> reader) {
        return read(name, new String(text, StandardCharsets.UTF_8), reader);
    }

    private static <T> T whole(String file, Node node, Function<Section, T> reader) {
        Section section = new Section(file, node);
        T read;
        try {
            read = reader.apply(section);
        } catch (IllegalArgumentException e) {
            throw section.place.refused(String.valueOf(e.getMessage()));
        }
        section.refuseUnknown(file);
        return read;
    }

    private void refuseUnknown(String file) {
        values.forEach((key, node) -> {
            if (!known.contains(key)) {
                throw Place.of(file, node)
                        .refused(
                                "unknown key '%s'; known here: %s"
                                        .formatted(key, String.join(", ", known)));
            }
        });
    }

    /// The value of a key that must be there.
    public Value value(String key) {
        return optional(key).orElseThrow(() -> place.refused("key '%s' is missing".formatted(key)));
    }

    /// The value of a key that may be left out.
    public Optional<Value> optional(String key) {
        known.add(key);
        Node node = values.get(key);
        return node == null
                ? Optional.empty()
                : Optional.of(new Value(Place.of(place.file(), node), node));
    }

    /// A section below a key that must be there.
    public <T> T section(String key, Function<Section, T> reader) {
        return optionalSection(key, reader)
                .orElseThrow(() -> place.refused("key '%s' is missing".formatted(key)));
    }

    /// A section below a key that may be left out.
    public <T> Optional<T> optionalSection(String key, Function<Section, T> reader) {
        known.add(key);
        Node node = values.get(key);
        return node == null ? Optional.empty() : Optional.of(whole(place.file(), node, reader));
    }

    /// A list of sections below a key; none when the key is left out.
    public <T> List<T> sections(String key, Function<Section, T> reader) {
        known.add(key);
        Node node = values.get(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw Place.of(place.file(), node).refused("expected a list");
        }
        List<T> read = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            read.add(whole(place.file(), item, reader));
        }
        return List.copyOf(read);
    }

    /// Sections below a key, each below a name that the file gives; none when the key is left out.
    public <T> Map<String, T> namedSections(String key, Function<Section, T> reader) {
        return optionalSection(
                        key,
                        names -> {
                            Map<String, T> read = new LinkedHashMap<>();
                            for (String name : names.values.keySet()) {
                                read.put(name, names.section(name, reader));
                            }
                            return read;
                        })
                .orElse(Map.of());
    }

    /// Values below a key, each below a name that the file gives; none when the key is left out.
    public <T> Map<String, T> namedValues(String key, Function<Value, T> reader) {
        return optionalSection(
                        key,
                        names -> {
                            Map<String, T> read = new LinkedHashMap<>();
                            for (String name : names.values.keySet()) {
                                read.put(name, reader.apply(names.value(name)));
                            }
                            return read;
                        })
                .orElse(Map.of());
    }

    /// What to throw when values do not fit each other.
    public CaException refused(String text) {
        return place.refused(text);
    }
}
