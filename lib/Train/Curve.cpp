//===- Curve.cpp - Training as curves, in SVG -----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/History.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <cmath>
#include <vector>

using namespace llvm;
using namespace resnetc::train;

namespace {

struct Point {
  double x, y;
};

struct Series {
  StringRef name;  ///< For the legend.
  StringRef style; ///< Its class in the style sheet.
  std::vector<Point> points;
};

/// A part of an axis between round numbers.
struct Range {
  double low, high, step;

  /// Covers `low` to `high` with about `count` steps of 1, 2 or 5 times a power
  /// of ten, and no smaller than `least`.
  static Range cover(double low, double high, int count, double least);
  /// The numbers at its steps.
  std::vector<double> getTicks() const;
};

/// Curves over epochs.
struct Panel {
  StringRef title;
  double top, height;
  Range range;
  std::vector<Series> series;
};

class Picture {
public:
  Picture(Range epochs, raw_ostream &os) : epochs(epochs), os(os) {}
  void begin(StringRef title, double height);
  void draw(const Panel &panel);
  void end() { os << "</svg>\n"; }

  static constexpr double top = 44; ///< Of the first panel.

private:
  static constexpr double width = 720;
  static constexpr double left = 64;
  static constexpr double right = width - 20;

  double getX(double epoch) const {
    return left +
           (epoch - epochs.low) / (epochs.high - epochs.low) * (right - left);
  }
  void drawSeries(const Panel &panel, const Series &series);

  Range epochs;
  raw_ostream &os;
};

} // namespace

Range Range::cover(double low, double high, int count, double least) {
  double rough = std::max((high - low) / count, least);
  double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  // Of a little less, lest rounding errors decide.
  for (double factor : {5.0, 2.0, 1.0})
    if (factor * power >= rough * (1 - 1e-9))
      step = factor * power;
  Range range{std::floor(low / step + 1e-9) * step,
              std::ceil(high / step - 1e-9) * step, step};
  if (range.high <= range.low)
    range.high = range.low + step;
  return range;
}

std::vector<double> Range::getTicks() const {
  std::vector<double> ticks;
  auto count = static_cast<int>(std::lround((high - low) / step));
  for (int i = 0; i <= count; ++i)
    ticks.push_back(low + i * step);
  return ticks;
}

/// Text between tags.
static std::string escape(StringRef text) {
  std::string result;
  for (char c : json::fixUTF8(text)) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else
      result += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return result;
}

/// A number at an axis, without zeros behind the point.
static std::string formatTick(double value) {
  std::string text;
  // What is 0 but for rounding errors.
  raw_string_ostream(text) << format("%.4g",
                                     std::abs(value) < 1e-12 ? 0 : value);
  return text;
}

void Picture::begin(StringRef title, double height) {
  os << formatv("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" "
                "height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n",
                width, height)
     << "<title>" << escape(title) << "</title>\n"
     << R"(<style>
/* Nothing behind it, and colors that stand out from white and from black. */
text { font: 12px system-ui, sans-serif; fill: #737b85; }
.title { font-size: 14px; font-weight: 600; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.grid { stroke: #8b949e; stroke-opacity: 0.3; }
.axis { stroke: #8b949e; fill: none; }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
.training { stroke: #2f81f7; }
.validation { stroke: #e3702e; }
.rate { stroke: #8957e5; }
</style>
)"
     << formatv("<text class=\"title\" x=\"{0}\" y=\"22\">{1}</text>\n", left,
                escape(title));
}

void Picture::drawSeries(const Panel &panel, const Series &series) {
  auto getY = [&](double value) {
    double part =
        (value - panel.range.low) / (panel.range.high - panel.range.low);
    return panel.top + panel.height * (1 - part);
  };
  os << "<path class=\"curve " << series.style << "\" d=\"";
  for (auto [i, point] : enumerate(series.points))
    os << (i == 0 ? "M" : " L")
       << formatv("{0:F1} {1:F1}", getX(point.x), getY(point.y));
  os << "\"/>\n";
  // A single point makes no line.
  if (series.points.size() == 1)
    os << formatv("<circle class=\"curve {0}\" cx=\"{1:F1}\" cy=\"{2:F1}\" "
                  "r=\"2\"/>\n",
                  series.style, getX(series.points.front().x),
                  getY(series.points.front().y));
}

void Picture::draw(const Panel &panel) {
  double bottom = panel.top + panel.height;
  for (double tick : panel.range.getTicks()) {
    double y = bottom - panel.height * (tick - panel.range.low) /
                            (panel.range.high - panel.range.low);
    os << formatv("<path class=\"grid\" d=\"M{0} {1:F1} H{2}\"/>\n", left, y,
                  right)
       << formatv("<text class=\"end\" x=\"{0}\" y=\"{1:F1}\">{2}</text>\n",
                  left - 8, y + 4, formatTick(tick));
  }
  for (double tick : epochs.getTicks())
    os << formatv("<path class=\"axis\" d=\"M{0:F1} {1} v4\"/>\n", getX(tick),
                  bottom)
       << formatv("<text class=\"middle\" x=\"{0:F1}\" y=\"{1}\">{2}</text>\n",
                  getX(tick), bottom + 18, formatTick(tick));
  os << formatv("<path class=\"axis\" d=\"M{0} {1} V{2} H{3}\"/>\n", left,
                panel.top, bottom, right)
     << formatv("<text x=\"{0}\" y=\"{1}\">{2}</text>\n", left, panel.top - 10,
                panel.title)
     << formatv("<text class=\"end\" x=\"{0}\" y=\"{1}\">epoch</text>\n", right,
                bottom + 32);
  for (const Series &series : panel.series)
    drawSeries(panel, series);
  if (panel.series.size() < 2)
    return;
  constexpr double entryWidth = 96;
  double x = right - entryWidth * static_cast<double>(panel.series.size());
  for (const Series &series : panel.series) {
    os << formatv("<path class=\"curve {0}\" d=\"M{1} {2} h18\"/>\n",
                  series.style, x, panel.top - 14)
       << formatv("<text x=\"{0}\" y=\"{1}\">{2}</text>\n", x + 24,
                  panel.top - 10, series.name);
    x += entryWidth;
  }
}

/// The curves of a number of the scores of training and validation, and the
/// range that they need.
static Panel makeScores(StringRef title, ArrayRef<EpochRecord> history,
                        function_ref<double(const Score &)> getValue,
                        bool fromZero) {
  Series training{"training", "training", {}};
  Series validation{"validation", "validation", {}};
  for (const EpochRecord &record : history) {
    auto epoch = static_cast<double>(record.epoch);
    training.points.push_back({epoch, getValue(record.training)});
    if (record.validation)
      validation.points.push_back({epoch, getValue(*record.validation)});
  }
  Panel panel{title, 0, 0, {}, {training}};
  if (!validation.points.empty())
    panel.series.push_back(validation);
  double low = fromZero ? 0 : HUGE_VAL;
  double high = fromZero ? 0 : -HUGE_VAL;
  for (const Series &series : panel.series)
    for (const Point &point : series.points) {
      low = std::min(low, point.y);
      high = std::max(high, point.y);
    }
  panel.range = Range::cover(low, high, 5, 1e-9);
  return panel;
}

void resnetc::train::writeCurve(ArrayRef<EpochRecord> history, StringRef title,
                                raw_ostream &os) {
  if (history.empty())
    return;
  auto last = static_cast<double>(history.back().epoch);
  auto epochs = Range::cover(history.size() > 1 ? 1 : 0, last, 10, 1);
  epochs.low = std::max(epochs.low, 0.0);
  std::vector<Panel> panels = {
      makeScores(
          "loss", history, [](const Score &score) { return score.loss; },
          /*fromZero=*/true),
      makeScores(
          "accuracy, %", history,
          [](const Score &score) { return 100 * score.accuracy; },
          /*fromZero=*/false)};
  Series rate{"", "rate", {}};
  double highest = 0;
  for (const EpochRecord &record : history) {
    rate.points.push_back({static_cast<double>(record.epoch), record.rate});
    highest = std::max(highest, record.rate);
  }
  panels.push_back(
      {"learning rate", 0, 0, Range::cover(0, highest, 2, 1e-12), {rate}});

  constexpr double scoreHeight = 200;
  constexpr double rateHeight = 80;
  constexpr double gap = 70;
  double top = Picture::top + 14;
  for (Panel &panel : panels) {
    panel.top = top;
    panel.height = &panel == &panels.back() ? rateHeight : scoreHeight;
    top += panel.height + gap;
  }
  Picture picture(epochs, os);
  picture.begin(title, top - gap + 44);
  for (const Panel &panel : panels)
    picture.draw(panel);
  picture.end();
}
