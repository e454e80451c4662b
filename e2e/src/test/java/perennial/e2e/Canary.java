// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A PIN that nothing else looks like, searched in every form in which a program might leave it
/// behind. It has eight characters, so its padded VERIFY block is its ASCII form.
record Canary(String pin) {
    private static final int CHUNK = 1 << 20;
    private static final int OVERLAP = 128;

    /// @param place of its first octet
    record Trace(String form, long place) {}

    Canary {
        if (pin.length() != 8) {
            throw new IllegalArgumentException("a canary has eight characters");
        }
    }

    /// By what they are called.
    Map<String, byte[]> forms() {
        byte[] octets = pin.getBytes(StandardCharsets.US_ASCII);
        HexFormat hex = HexFormat.of();
        Map<String, byte[]> forms = new LinkedHashMap<>();
        forms.put("ASCII", octets);
        forms.put("UTF-16BE", pin.getBytes(StandardCharsets.UTF_16BE));
        forms.put("UTF-16LE", pin.getBytes(StandardCharsets.UTF_16LE));
        forms.put("hexadecimal", ascii(hex.formatHex(octets)));
        forms.put("HEXADECIMAL", ascii(hex.withUpperCase().formatHex(octets)));
        forms.put("spaced hexadecimal", ascii(HexFormat.ofDelimiter(" ").formatHex(octets)));
        forms.put(
                "SPACED HEXADECIMAL",
                ascii(HexFormat.ofDelimiter(" ").withUpperCase().formatHex(octets)));
        forms.put("percent-encoded", ascii(URLEncoder.encode(pin, StandardCharsets.US_ASCII)));
        for (int before = 0; before < 3; before++) {
            forms.put("Base64 after " + before, base64(octets, before));
        }
        return forms;
    }

    /// The characters that are the PIN's alone when it stands so many octets after a multiple of 3.
    private static byte[] base64(byte[] octets, int before) {
        byte[] all = new byte[before + octets.length];
        System.arraycopy(octets, 0, all, before, octets.length);
        byte[] encoded = Base64.getEncoder().withoutPadding().encode(all);
        int from = (8 * before + 5) / 6;
        int to = 8 * all.length / 6;
        return Arrays.copyOfRange(encoded, from, to);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    List<Trace> in(byte[] octets) {
        List<Trace> traces = new ArrayList<>();
        search(octets, octets.length, 0, traces);
        return traces;
    }

    List<Trace> in(Path file) throws IOException {
        List<Trace> traces = new ArrayList<>();
        byte[] chunk = new byte[CHUNK + OVERLAP];
        int kept = 0;
        long start = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            for (int read = in.readNBytes(chunk, kept, CHUNK);
                    read > 0;
                    read = in.readNBytes(chunk, kept, CHUNK)) {
                int length = kept + read;
                search(chunk, length, start, traces);
                kept = Math.min(OVERLAP, length);
                System.arraycopy(chunk, length - kept, chunk, 0, kept);
                start += length - kept;
            }
        }
        return traces.stream().distinct().toList();
    }

    private void search(byte[] octets, int length, long start, List<Trace> traces) {
        forms().forEach((form, needle) -> {
            for (int i = 0; i + needle.length <= length; i++) {
                if (octets[i] == needle[0]
                        && Arrays.equals(octets, i, i + needle.length, needle, 0, needle.length)) {
                    traces.add(new Trace(form, start + i));
                }
            }
        });
    }

    @Override
    public String toString() {
        return "canary";
    }
}
