// RUN: resnet-opt %s --convert-kernel-to-gpu="prefix=net chip=sm_90a" | FileCheck %s

// CHECK: grid = #kernel.grid<threads = 128, items = 49, block_items = 64, shared_bytes = 65536>
// CHECK: gpu.module @net_gpu [#nvvm.target<O = 3, chip = "sm_90a">]
// The next launch may begin. Constant weights are on their way before what the
// launch before this one writes is waited for: two slices of both, in 64 rows.
// CHECK: nvvm.griddepcontrol launch_dependents
// CHECK-COUNT-8: nvvm.cp.async.shared.global
// CHECK-NOT: nvvm.cp.async
// CHECK: nvvm.griddepcontrol wait
// CHECK-COUNT-4: nvvm.cp.async.shared.global
// CHECK: nvvm.cp.async.commit.group
// CHECK-COUNT-4: nvvm.cp.async.shared.global
// CHECK: nvvm.cp.async.commit.group
// CHECK: scf.for
// What threads copied must be visible to what reads shared memory on its own.
// CHECK: nvvm.cp.async.wait.group 1
// CHECK-NEXT: nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
// CHECK-NEXT: nvvm.barrier0
// Four warps multiply 64 pixels by 64 channels by 16 steps at a time.
// CHECK: nvvm.wgmma.fence.aligned
// CHECK-COUNT-4: nvvm.wgmma.mma_async {{.*}} <m = 64, n = 64, k = 16>, D[<f32>, <one>], A[<bf16>, <one>, <row>], B[<bf16>, <one>, <col>]
// CHECK: nvvm.wgmma.commit.group.sync.aligned
// Those of the slice before are done then, in whose place the next copy may go.
// CHECK-NEXT: nvvm.wgmma.wait.group.sync.aligned 1
// CHECK: nvvm.cp.async.wait.group 0
// CHECK-NEXT: nvvm.wgmma.wait.group.sync.aligned 0
// CHECK-NEXT: nvvm.barrier0
// CHECK: arith.truncf {{.*}} : vector<8xf32> to vector<8xbf16>
func.func @net(%x: memref<1x9x9x64xbf16>, %r: memref<1x7x7x64xbf16>, %y: memref<1x9x9x64xbf16>) {
  %w = kernel.weight dense<1.0> : tensor<36864xbf16> -> memref<36864xbf16>
  %b = kernel.weight dense<0.0> : tensor<64xf32> -> memref<64xf32>
  kernel.conv ins(%x, %w, %b) residual(%r) outs(%y) {activation = #kernel.activation<relu>, dilations = array<i64: 1, 1>, gemm = #kernel.implicit_gemm<wgmma, pixels = 64, channels = 64, warps = 4 x 1, stages = 4>, group = 1 : i64, input_channels = 64 : i64, input_offset = array<i64: 0, 0>, kernel_shape = array<i64: 3, 3>, output_channels = 64 : i64, output_offset = array<i64: 1, 1>, output_size = array<i64: 7, 7>, residual_offset = array<i64: 0, 0>, strides = array<i64: 1, 1>} : memref<1x9x9x64xbf16>, memref<36864xbf16>, memref<64xf32>, memref<1x7x7x64xbf16> -> memref<1x9x9x64xbf16>
  return
}
