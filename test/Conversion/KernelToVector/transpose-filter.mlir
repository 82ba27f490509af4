// RUN: resnet-opt %s --convert-kernel-to-vector=prefix=net | FileCheck %s

// A unit is an output channel. Its taps lie 9 apart in both; those of the input are
// 2 x 9 apart by channel, and read from the last.
// CHECK-LABEL: func.func @net(
// CHECK: kernel.launch @net_transpose_filter_f32({{.*}}) units 2 macs 0 {once} :
// CHECK: func.func private @net_transpose_filter_f32
// CHECK: scf.for %[[M:.+]] =
// CHECK: scf.for %[[C:.+]] =
// CHECK: %[[EIGHTEEN:.+]] = arith.constant 18 : index
// CHECK-NEXT: arith.muli %[[C]], %[[EIGHTEEN]] : index
// CHECK: %[[EIGHT:.+]] = arith.constant 8 : index
// CHECK-NEXT: %[[LAST:.+]] = arith.addi %{{.+}}, %[[EIGHT]] : index
// CHECK: scf.for %[[TAP:.+]] =
// CHECK: %[[FROM:.+]] = arith.subi %[[LAST]], %[[TAP]]
// CHECK: memref.load %{{.+}}[%[[FROM]]]
// CHECK: %[[TO:.+]] = arith.addi %{{.+}}, %[[TAP]]
// CHECK: memref.store %{{.+}}[%[[TO]]]
func.func @net(%w: memref<4x2x3x3xf32> {kernel.shared}, %v: memref<2x4x3x3xf32> {kernel.shared}) {
  kernel.transpose_filter ins(%w) outs(%v) : memref<4x2x3x3xf32> -> memref<2x4x3x3xf32>
  return
}
