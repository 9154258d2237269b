package io.stowage.registry.benchmarks.peers;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * A curve as SVG, both axes logarithmic, since what is shown is how a cost grows.
 *
 * @param series points by label, each with x and y above 0
 */
record Plot(String title, String x, String y, Map<String, List<Point>> series) {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 360;
  private static final int LEFT = 80;
  private static final int TOP = 40;
  private static final int RIGHT = 130;
  private static final int BOTTOM = 50;
  private static final List<String> COLORS = List.of("#0b7285", "#e8590c", "#5f3dc4", "#868e96");

  /** A point of a curve. */
  record Point(double x, double y) {}

  String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" \
        font-size="12" role="img" aria-label="%s">
        <rect width="100%%" height="100%%" fill="#fff"/>
        <text x="%d" y="22" font-size="14" font-weight="bold">%s</text>
        """
            .formatted(WIDTH, HEIGHT, escape(title), LEFT, escape(title)));
    Axis across = axis(LEFT, WIDTH - RIGHT, true);
    Axis up = axis(HEIGHT - BOTTOM, TOP, false);
    across.ticks().forEach(tick -> svg.append(vertical(across.at(tick), tick)));
    up.ticks().forEach(tick -> svg.append(horizontal(up.at(tick), tick)));
    svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", x));
    svg.append(text(LEFT, TOP - 4, "end", y));
    int number = 0;
    for (var each : series.entrySet()) {
      svg.append(curve(each.getKey(), each.getValue(), across, up, number++));
    }
    return svg.append("</svg>\n").toString();
  }

  /** Where a value lies between two ends, by its logarithm. */
  private record Axis(double least, double greatest, double from, double to) {
    double at(double value) {
      double share = Math.log(value / least) / Math.log(greatest / least);
      return from + share * (to - from);
    }

    /** The powers of ten. */
    List<Double> ticks() {
      return DoubleStream.iterate(least, tick -> tick <= greatest, tick -> tick * 10)
          .boxed()
          .toList();
    }
  }

  private Axis axis(double from, double to, boolean across) {
    var values =
        series.values().stream()
            .flatMap(List::stream)
            .mapToDouble(point -> across ? point.x() : point.y())
            .summaryStatistics();
    double least = Math.pow(10, Math.floor(Math.log10(values.getMin())));
    double greatest = Math.pow(10, Math.ceil(Math.log10(values.getMax()) - 1e-9));
    return new Axis(least, Math.max(greatest, least * 10), from, to);
  }

  private static String vertical(double at, double tick) {
    return line(at, TOP, at, HEIGHT - BOTTOM, "#dee2e6")
        + text(at, HEIGHT - BOTTOM + 16, "middle", Figure.of(tick));
  }

  private static String horizontal(double at, double tick) {
    return line(LEFT, at, WIDTH - RIGHT, at, "#dee2e6")
        + text(LEFT - 6, at + 4, "end", Figure.of(tick));
  }

  private static String curve(String label, List<Point> points, Axis across, Axis up, int number) {
    String color = COLORS.get(number % COLORS.size());
    String path =
        points.stream()
            .map(p -> String.format(Locale.ROOT, "%.1f,%.1f", across.at(p.x()), up.at(p.y())))
            .collect(Collectors.joining(" "));
    String dots =
        points.stream()
            .map(
                p ->
                    String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n",
                        across.at(p.x()),
                        up.at(p.y()),
                        color))
            .collect(Collectors.joining());
    double end = up.at(points.getLast().y()) + 4;
    return "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>%n"
            .formatted(color, path)
        + dots
        + String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s</text>%n",
            WIDTH - RIGHT + 8,
            end,
            color,
            escape(label));
  }

  private static String line(double x1, double y1, double x2, double y2, String color) {
    return String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
        x1,
        y1,
        x2,
        y2,
        color);
  }

  private static String text(double x, double y, String anchor, String text) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
        x,
        y,
        anchor,
        escape(text));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
