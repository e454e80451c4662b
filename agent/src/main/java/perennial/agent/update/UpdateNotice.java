// SPDX-License-Identifier: Apache-2.0
package perennial.agent.update;

import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What an operator says of a version of the agent.
///
/// @param version numbers between dots
/// @param link where a person gets it; https
/// @param chinese what changed, in one line
/// @param english the same
public record UpdateNotice(String version, URI link, String chinese, String english) {
    static final String TITLE = "perennial update 1";
    private static final Set<String> NAMES = Set.of("version", "link", "zh-TW", "en");
    private static final Pattern VERSION = Pattern.compile("\\d{1,6}(\\.\\d{1,6}){0,3}");
    private static final int MAX_TEXT = 500;

    public UpdateNotice {
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException("numbers between dots, got " + version);
        }
        if (!"https".equals(link.getScheme()) || link.getHost() == null) {
            throw new IllegalArgumentException("a link is https, got " + link);
        }
        if (chinese.length() > MAX_TEXT || english.length() > MAX_TEXT) {
            throw new IllegalArgumentException("a text has at most %d letters".formatted(MAX_TEXT));
        }
    }

    /// Once each `version`, `link`, `zh-TW` and `en`, each with a blank and its value.
    ///
    /// @param lines those after the title
    /// @throws IllegalArgumentException when they are something else
    static UpdateNotice parse(List<String> lines) {
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            String[] words = line.split(" +", 2);
            if (words.length < 2 || !NAMES.contains(words[0]) || values.containsKey(words[0])) {
                throw new IllegalArgumentException(
                        "each of %s once, got %s".formatted(NAMES, line));
            }
            values.put(words[0], words[1]);
        }
        return new UpdateNotice(
                value(values, "version"),
                URI.create(value(values, "link")),
                value(values, "zh-TW"),
                value(values, "en"));
    }

    private static String value(Map<String, String> values, String name) {
        return Optional.ofNullable(values.get(name))
                .orElseThrow(() -> new IllegalArgumentException("no " + name));
    }

    /// Whether it is of a later version than that one, number by number; what is missing is 0.
    boolean isNewerThan(String other) {
        int[] own = numbers(version);
        int[] theirs = numbers(other);
        int length = Math.max(own.length, theirs.length);
        return Arrays.compare(Arrays.copyOf(own, length), Arrays.copyOf(theirs, length)) > 0;
    }

    private static int[] numbers(String version) {
        return Pattern.compile("\\.").splitAsStream(version).mapToInt(Integer::parseInt).toArray();
    }
}
