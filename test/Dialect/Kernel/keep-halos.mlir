// RUN: resnet-opt %s --kernel-keep-halos | FileCheck %s

// Buffers of one type and one halo that do not live together are one; another
// halo or a life that overlaps is another buffer.
// CHECK-LABEL: func.func @share(
// CHECK-NOT: fill_halo
// CHECK: %[[A:.+]] = kernel.buffer zeroed : memref<1x6x6x8xf16>
// CHECK: kernel.copy ins(%arg0) outs(%[[A]])
// CHECK: %[[B:.+]] = kernel.buffer zeroed : memref<1x6x6x8xf16>
// CHECK: kernel.copy ins(%[[A]]) outs(%[[B]])
// CHECK-NOT: kernel.buffer
// CHECK: kernel.copy ins(%[[B]]) outs(%[[A]])
// CHECK: %[[D:.+]] = kernel.buffer zeroed : memref<1x6x6x8xf16>
// CHECK: kernel.copy ins(%[[A]]) outs(%[[D]]) {{.*}}output_offset = array<i64: 0, 2, 2>
func.func @share(%x: memref<8x4x4xf32>, %y: memref<8x4x4xf32>) {
  %a = kernel.buffer : memref<1x6x6x8xf16>
  kernel.fill_halo outs(%a) {offset = array<i64: 1, 1>, size = array<i64: 4, 4>} : memref<1x6x6x8xf16>
  kernel.copy ins(%x) outs(%a) {input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 1, 1>, size = array<i64: 8, 4, 4>} : memref<8x4x4xf32> -> memref<1x6x6x8xf16>
  %b = kernel.buffer : memref<1x6x6x8xf16>
  kernel.fill_halo outs(%b) {offset = array<i64: 1, 1>, size = array<i64: 4, 4>} : memref<1x6x6x8xf16>
  kernel.copy ins(%a) outs(%b) {input_base = array<i64: 1, 1>, input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 1, 1>, size = array<i64: 8, 4, 4>} : memref<1x6x6x8xf16> -> memref<1x6x6x8xf16>
  %c = kernel.buffer : memref<1x6x6x8xf16>
  kernel.fill_halo outs(%c) {offset = array<i64: 1, 1>, size = array<i64: 4, 4>} : memref<1x6x6x8xf16>
  kernel.copy ins(%b) outs(%c) {input_base = array<i64: 1, 1>, input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 1, 1>, size = array<i64: 8, 4, 4>} : memref<1x6x6x8xf16> -> memref<1x6x6x8xf16>
  %d = kernel.buffer : memref<1x6x6x8xf16>
  kernel.fill_halo outs(%d) {offset = array<i64: 2, 2>, size = array<i64: 4, 4>} : memref<1x6x6x8xf16>
  kernel.copy ins(%c) outs(%d) {input_base = array<i64: 1, 1>, input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 2, 2>, size = array<i64: 8, 4, 4>} : memref<1x6x6x8xf16> -> memref<1x6x6x8xf16>
  kernel.copy ins(%d) outs(%y) {input_base = array<i64: 2, 2>, input_offset = array<i64: 0, 0, 0>, input_size = array<i64: 8, 4, 4>, output_offset = array<i64: 0, 0, 0>, size = array<i64: 8, 4, 4>} : memref<1x6x6x8xf16> -> memref<8x4x4xf32>
  return
}
