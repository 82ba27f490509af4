// RUN: split-file %s %t
// RUN: resnet-opt %t/input.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3 schedules=%t/table" | FileCheck %s
// RUN: resnet-opt %t/input.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3 schedules=%t/table exact" | FileCheck %s --check-prefix=EXACT
// RUN: not resnet-opt %t/input.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v4 schedules=%t/table" 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not resnet-opt %t/input.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3 schedules=%t/missing" 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not resnet-opt %t/input.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3 schedules=%t/syntax" 2>&1 | FileCheck %s --check-prefix=SYNTAX
// RUN: not resnet-opt %t/input.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3 schedules=%t/other" 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not resnet-opt %t/input.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3 schedules=%t/entry" 2>&1 | FileCheck %s --check-prefix=ENTRY
// RUN: not resnet-opt %t/input.mlir "--kernel-select-schedule=triple=x86_64-linux-gnu cpu=x86-64-v3 schedules=%t/rows" 2>&1 | FileCheck %s --check-prefix=ROWS

// The table's schedule for the shape; the model's for what is not in it.
// CHECK: #kernel.schedule<winograd_f2, pixels = 3, oc_blocks = 1, rows = 5>
// CHECK: strides = array<i64: 1, 1>
// CHECK: #kernel.schedule<direct, pixels = 7, oc_blocks = 1, rows = 2, depth = 4>
// CHECK: strides = array<i64: 2, 2>
// CHECK: #kernel.schedule<direct, pixels = 6, oc_blocks = 2
// An algorithm that this compilation does not admit is not taken from the table.
// EXACT: #kernel.schedule<direct, pixels = 6, oc_blocks = 2
// EXACT: strides = array<i64: 1, 1>
// EXACT: #kernel.schedule<direct, pixels = 7, oc_blocks = 1, rows = 2, depth = 4>

// CPU: error: {{.*}}table: has schedules for x86-64-v3, not for x86-64-v4
// MISSING: error: {{.*}}missing: No such file or directory
// SYNTAX: error: {{.*}}syntax: is not a table of schedules: expected
// OTHER: error: {{.*}}other: is not a table of schedules
// ENTRY: error: {{.*}}entry: has no schedule for '3x3 64 to 64, 56x56'
// ROWS: error: 'kernel.conv' op has a schedule whose rows do not divide 56

//--- table
{cpu = "x86-64-v3", schedules = {
  "3x3 64 to 64, 56x56" = #kernel.schedule<winograd_f2, pixels = 3, oc_blocks = 1, rows = 5>,
  "3x3 64 to 64, 28x28, strides 2x2" = #kernel.schedule<direct, pixels = 7, oc_blocks = 1, rows = 2, depth = 4>,
  "1x1 64 to 64, 3x3" = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 1>
}}

//--- syntax
{cpu = "x86-64-v3", schedules = {"3x3 64 to 64, 56x56" = }}

//--- other
[1, 2]

//--- entry
{cpu = "x86-64-v3", schedules = {"3x3 64 to 64, 56x56" = 1}}

//--- rows
{cpu = "x86-64-v3", schedules = {
  "3x3 64 to 64, 56x56" = #kernel.schedule<direct, pixels = 3, oc_blocks = 1, rows = 5>
}}

//--- input.mlir
func.func @network(%x: memref<8x58x58x8xf32>, %w: memref<64x64x3x3xf32>, %b: memref<64xf32>, %y: memref<8x56x56x8xf32>) {
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 56, 56>, strides = array<i64: 1, 1>}
    : memref<8x58x58x8xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<8x56x56x8xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 1, 1>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 28, 28>, strides = array<i64: 2, 2>}
    : memref<8x58x58x8xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<8x56x56x8xf32>
  kernel.conv ins(%x, %w, %b) outs(%y)
    {dilations = array<i64: 2, 2>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>,
     kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 0, 0>,
     output_size = array<i64: 54, 54>, strides = array<i64: 1, 1>}
    : memref<8x58x58x8xf32>, memref<64x64x3x3xf32>, memref<64xf32> -> memref<8x56x56x8xf32>
  return
}
