// SPDX-License-Identifier: Apache-2.0
package perennial.ca.rest;

import java.util.List;

/// The routes for tests in other packages, as method and path.
public final class RouteList {
    private RouteList() {}

    public static List<String> all() {
        return RestHandler.ROUTES.stream()
                .map(route -> route.method() + " " + route.template())
                .toList();
    }
}
